import { levelOf, type Finding } from './finding.js';

/** What is to be done stands out; all of one width. */
const MARKS = { ok: 'ok     ', warning: 'warning', problem: 'PROBLEM' } as const;

/** For people: one line a finding, what to do below it, and a sentence at the end. */
export function findingTable(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, says, todo }) => [
    `${MARKS[level]}  ${check.padEnd(width)}  ${says}`,
    ...(todo === null ? [] : [`${' '.repeat(MARKS.ok.length + width + 4)}${todo}`]),
  ]);
  return [...lines, '', summary(findings)].join('\n');
}

/** For programs: one object on one line. */
export function findingJson(findings: readonly Finding[]): string {
  return JSON.stringify({ level: levelOf(findings), findings });
}

function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['level']) => findings.filter(({ level }) => level === wanted).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  return `${problems} problems, ${warnings} warnings, ${count('ok')} ok`;
}
