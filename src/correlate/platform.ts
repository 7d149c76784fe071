/** Values of GOOS and GOARCH that stand in file names of the standard library (go tool dist list). */
const systems: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd illumos ios js linux netbsd openbsd plan9 solaris wasip1 windows'.split(' '),
);
const architectures: ReadonlySet<string> = new Set(
  '386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x wasm'.split(' '),
);

const standardFunction = /^(runtime|internal\/[a-z0-9/]+|syscall|os)\.[^/]+$/;

/** Tells GOOS and GOARCH by the files of the standard library that a program was built from: `sys_linux_amd64.s`. */
export class Platform {
  goos: string | null = null;
  goarch: string | null = null;

  add(functionName: string, file: string): void {
    if (!standardFunction.test(functionName)) {
      return;
    }
    const name = file.slice(file.lastIndexOf('/') + 1).replace(/\.(go|s)$/, '');
    const words = name.split('_').slice(1);
    this.goos ??= words.find((word) => systems.has(word)) ?? null;
    this.goarch ??= words.find((word) => architectures.has(word)) ?? null;
  }
}
