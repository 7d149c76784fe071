import type { ChildProcess } from 'node:child_process';

/** Where a page is served, as its program says when it is. @throws when the program ends before */
export function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [address] = /http:\/\/127\.0\.0\.1:\d+\//.exec(printed) ?? [];
      if (address !== undefined) {
        found(address);
      }
    });
    child.once('exit', (code) => {
      failed(new Error(`gclens open ended with ${code}`));
    });
  });
}
