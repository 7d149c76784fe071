import './boot';

import { createRoot } from 'react-dom/client';

import { createDataSource } from './createDataSource';
import { Workbench } from './Workbench';

const page = document.getElementById('page');
if (page !== null) {
  createRoot(page).render(<Workbench datasource={createDataSource()} />);
}
