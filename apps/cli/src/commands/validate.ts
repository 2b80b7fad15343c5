import type { Output } from './output.ts';

import { FailedError } from '../errors.ts';
import { examine } from '../findings/examine.ts';
import { problemReport, validReport } from '../findings/report.ts';
import { type DirectoryOptions, readDirectory } from '../sources/directory-tree.ts';
import { tellLinks } from './links.ts';

/** Exit code 0 where all services are valid in all environments, 1 where one is not. */
export async function validate(directory: string, options: DirectoryOptions, output: Output): Promise<0 | 1> {
  const tree = await readDirectory(directory, options);
  tellLinks(tree, output);
  const examination = examine(tree);
  if (examination.pairs.length === 0) {
    throw new FailedError(`${directory} holds no service with an environment: ${tree.paths.size} documents were found`);
  }
  if (examination.findings.length > 0) {
    output.out(problemReport(examination));
    return 1;
  }
  output.out(validReport(examination));
  return 0;
}
