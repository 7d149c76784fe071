import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';

import type { GclensDataSource } from '../datasource';
import { Workbench } from './Workbench';

export function showPage(datasource: GclensDataSource): void {
  const page = document.getElementById('page');
  if (page !== null) {
    const root = createRoot(page);
    // Rendered in slices, between which the page answers.
    startTransition(() => {
      root.render(<Workbench datasource={datasource} />);
    });
  }
}
