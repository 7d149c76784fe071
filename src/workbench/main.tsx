import './boot';

/** The scripts of the page, each read and run in a task of its own: together they would keep the page from answering for a fifth of a second. */
async function start(): Promise<void> {
  await inOwnTask(import('./parts/theme'));
  await inOwnTask(import('./parts/times'));
  await inOwnTask(import('./parts/themes'));
  await inOwnTask(import('./parts/texts'));
  await inOwnTask(import('./parts/controls'));
  const { getValueFormat } = await inOwnTask(import('./parts/fields'));
  // The first time, all formats of all units are made.
  getValueFormat('none');
  await inOwnTask(import('react-dom/client'));
  const { createDataSource } = await inOwnTask(import('./createDataSource'));
  const { showPage } = await inOwnTask(import('./showPage'));
  showPage(createDataSource());
}

async function inOwnTask<Part>(loading: Promise<Part>): Promise<Part> {
  const part = await loading;
  await new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
  return part;
}

void start();
