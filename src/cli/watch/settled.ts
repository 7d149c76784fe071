import { folderOf, type SourceFile } from './source';

/** So many looks a file waits for others of its folder that are still being written. */
const longestWaitLooks = 10;

/** Tells which files are written to their end: size and time were the same at two looks, and nothing in the folder was changing, which may belong to it. */
export class Settled {
  private readonly seen = new Map<string, { readonly version: string; readonly looks: number }>();

  /** @param files what a look found */
  look(files: readonly SourceFile[]): { readonly settled: readonly SourceFile[]; readonly unsettled: readonly SourceFile[] } {
    const names = new Set(files.map(({ name }) => name));
    for (const name of this.seen.keys()) {
      if (!names.has(name)) {
        this.seen.delete(name);
      }
    }
    const changing = new Set<string>();
    for (const { name, version } of files) {
      const before = this.seen.get(name);
      const looks = before?.version === version ? before.looks + 1 : 1;
      this.seen.set(name, { version, looks });
      if (looks === 1) {
        changing.add(folderOf(name));
      }
    }
    const isSettled = ({ name }: SourceFile) => {
      const looks = this.seen.get(name)?.looks ?? 0;
      return looks > longestWaitLooks || (looks > 1 && !changing.has(folderOf(name)));
    };
    return { settled: files.filter(isSettled), unsettled: files.filter((file) => !isSettled(file)) };
  }
}
