import './boot';

import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';

import { createDataSource } from './createDataSource';
import { Workbench } from './Workbench';

const page = document.getElementById('page');
if (page !== null) {
  const root = createRoot(page);
  // Rendered in slices, between which the page answers.
  startTransition(() => {
    root.render(<Workbench datasource={createDataSource()} />);
  });
}
