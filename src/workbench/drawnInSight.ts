/**
 * Styles of an element that is laid out and drawn only where it is in sight or nearly so: most of a long page is not. What sticks out of it is cut off.
 * @param heightPx about what it takes before it has been in sight
 */
export function drawnInSight(heightPx: number): { readonly contentVisibility: 'auto'; readonly containIntrinsicHeight: string } {
  return { contentVisibility: 'auto', containIntrinsicHeight: `auto ${heightPx}px` };
}
