// Prints `N passed, N failed` alone on the last line: what runs these tests reads it. A test that did not run counts as
// failed, and so does an error outside of tests.
import type { FullResult, Reporter, Suite, TestError } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  private suite: Suite | undefined;
  private errors = 0;
  private succeeded = false;

  onBegin(_config: unknown, suite: Suite): void {
    this.suite = suite;
  }

  onError(_error: TestError): void {
    this.errors += 1;
  }

  async onEnd(result: FullResult): Promise<{ status: FullResult['status'] }> {
    const { failed } = this.count();
    const status = result.status === 'passed' && failed > 0 ? 'failed' : result.status;
    this.succeeded = status === 'passed';
    return { status };
  }

  async onExit(): Promise<void> {
    const { passed, failed } = this.count();
    process.stdout.write(`\n${passed} passed, ${this.succeeded ? failed : Math.max(failed, 1)} failed\n`);
  }

  printsToStdio(): boolean {
    return false;
  }

  private count(): { passed: number; failed: number } {
    const tests = this.suite?.allTests() ?? [];
    const passed = tests.filter((test) => test.outcome() === 'expected' && test.results.length > 0).length;
    return { passed, failed: tests.length - passed + this.errors };
  }
}
