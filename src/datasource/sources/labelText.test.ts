import { formatLabels, parseLabels } from './labelText';

describe('labels as text', () => {
  it('are read as they are written', () => {
    const labels = { service: 'checkout', pod: '{web-1,web-2}', zone: 'eu-*' };
    expect(parseLabels(formatLabels(labels))).toEqual(labels);
    expect(parseLabels(' service = $service ,')).toEqual({ service: '$service' });
    expect(parseLabels('')).toEqual({});
  });

  it('are not guessed', () => {
    expect(parseLabels('service')).toBeUndefined();
    expect(parseLabels('a b=c')).toBeUndefined();
  });
});
