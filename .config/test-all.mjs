/**
 * `npm test`: everything, in one run, and an honest last line. Each step is an ordinary command; a failing step does not hide the ones after it.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const scratch = mkdtempSync(join(tmpdir(), 'gclens-test-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const skippedNames = [];
const failedNames = [];

function run(command, args, env = {}) {
  console.log(`\n$ ${command} ${args.join(' ')}`);
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) {
    console.error(error.message);
  }
  return status === 0;
}

function has(command) {
  return (
    spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined ||
    spawnSync(command, ['version'], { stdio: 'ignore' }).error === undefined
  );
}

function count(name, passed) {
  totals[passed ? 'passed' : 'failed'] += 1;
  if (!passed) {
    failedNames.push(name);
  }
}

function step(name, command, args) {
  count(name, run(command, args));
}

function skip(name) {
  totals.skipped += 1;
  skippedNames.push(name);
}

function runJest() {
  const file = join(scratch, 'jest.json');
  const passed = run('npx', ['jest', '-c', '.config/jest.config.mjs', '--maxWorkers=100%', '--json', `--outputFile=${file}`, '--silent']);
  if (!existsSync(file)) {
    count('jest', false);
    return;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests + report.numRuntimeErrorTestSuites;
  for (const suite of report.testResults) {
    if (suite.status === 'failed') {
      failedNames.push(suite.name);
    }
    for (const test of suite.assertionResults) {
      if (test.status === 'pending' || test.status === 'todo') {
        skip(test.fullName);
      }
    }
  }
  if (!passed && report.numFailedTests + report.numRuntimeErrorTestSuites === 0) {
    count('jest', false);
  }
}

function ensureChromium() {
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(chromium)) {
    return true;
  }
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    return run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', 'chromium']) && existsSync(chromium);
  }
  return false;
}

function runBrowserTests() {
  if (!ensureChromium()) {
    const reason = 'browser tests: no Chromium (apt-get install -y chromium, or CHROMIUM=/path/to/chromium npm test)';
    if (process.env.CI) {
      count(reason, false);
    } else {
      skip(reason);
    }
    return;
  }
  const file = join(scratch, 'playwright.json');
  const passed = run('npx', ['playwright', 'test', '-c', '.config/playwright.config.ts', '--reporter=line,json'], {
    PLAYWRIGHT_JSON_OUTPUT_NAME: file,
  });
  if (!existsSync(file)) {
    count('browser tests', passed);
    return;
  }
  const { stats } = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += stats.expected + stats.flaky;
  totals.failed += stats.unexpected;
  if (stats.unexpected > 0) {
    failedNames.push('browser tests');
  }
  if (!passed && stats.unexpected === 0) {
    count('browser tests', false);
  }
}

step('lint', 'npm', ['run', '--silent', 'lint']);
step('typecheck', 'npm', ['run', '--silent', 'typecheck']);
step('build', 'npm', ['run', '--silent', 'build']);
step('size of the plugin', 'npm', ['run', '--silent', 'build:sizes']);
runJest();
runBrowserTests();
step('speed against protobufjs and a fixed loop', 'npm', ['run', '--silent', 'bench:gate']);
if (has('go')) {
  step('go test maptrace', 'go', ['-C', 'src/maptrace', 'test', './...']);
} else {
  skip('maptrace (Go module): go is not installed');
}

rmSync(scratch, { recursive: true, force: true });
console.log('');
for (const name of failedNames) {
  console.log(`failed: ${name}`);
}
for (const name of skippedNames) {
  console.log(`skipped: ${name}`);
}
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed === 0 ? 0 : 1;
