const PREFIX = 'signalbox-scenario-';

/** Names the project to the suites, so that whoever started them can take it away whatever became of them. */
export const PROJECT_VARIABLE = 'SIGNALBOX_SCENARIO_PROJECT';

/** Under which the suites start the shop: of the run that started them, else of this process. */
export function scenarioProject(): string {
  return process.env[PROJECT_VARIABLE] ?? projectOf(process.pid);
}

export function projectOf(pid: number): string {
  return `${PREFIX}${pid}`;
}

/** Whose run a project is of; undefined where it is of none. */
export function runOf(project: string): number | undefined {
  const pid = project.startsWith(PREFIX) ? project.slice(PREFIX.length) : '';
  return /^\d+$/.test(pid) ? Number(pid) : undefined;
}
