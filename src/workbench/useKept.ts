import { useState } from 'react';

/** A value that stays the very same object as long as it says the same. */
export function useKept<Value>(value: Value, isSame: (kept: Value, value: Value) => boolean): Value {
  const [kept, setKept] = useState(value);
  if (kept === value || isSame(kept, value)) {
    return kept;
  }
  setKept(value);
  return value;
}
