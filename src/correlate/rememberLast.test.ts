import { rememberLast } from './rememberLast';

it('makes a result once for the same parts, and anew for others', () => {
  let made = 0;
  const count = rememberLast(
    () => ++made,
    ([first, ...others]: readonly object[]) => (first === undefined ? null : [first, ...others]),
  );
  const [trace, profile, other] = [{}, {}, {}];
  expect([count([trace, profile]), count([trace, profile])]).toEqual([1, 1]);
  expect([count([trace, other]), count([trace]), count([trace, profile])]).toEqual([2, 3, 4]);
  expect([count([other]), count([trace, profile]), count([])]).toEqual([5, 4, 6]);
});
