// A reporter of vitest that keeps the names of the test files that have begun and not ended in a file.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

export const BEGUN = 'test-output/begun.txt';

export default class BegunReporter {
  #begun = new Set();

  onTestModuleStart(module) {
    this.#begun.add(relative(process.cwd(), module.moduleId));
    this.#write();
  }

  onTestModuleEnd(module) {
    this.#begun.delete(relative(process.cwd(), module.moduleId));
    this.#write();
  }

  #write() {
    writeFileSync(BEGUN, [...this.#begun].map((name) => `${name}\n`).join(''));
  }
}
