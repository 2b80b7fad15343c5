import { bestPeer, measureCallCosts, overheadRatio, toRows } from '../circuit-breaker/call-costs.ts';
import { measureIdleBytes } from '../circuit-breaker/idle-bytes.ts';
import { pairedRatio, type Report, type Row, summarise } from '../report.ts';

const BREAKERS = [1, 10, 1_000];

/** Each ratio is the worst over the numbers of breakers. */
const REMARK = `ratios of calls: the worst of ${BREAKERS.join(', ')} breakers; of bytes: idle breakers and one function around each`;

/** What a breaker adds to a call that succeeds, fails or is refused, and what it weighs, against opossum and cockatiel. */
export async function circuitBreakerSuite(): Promise<Report> {
  const rows: Row[] = [];
  const ratios: Record<string, number> = {};
  const keepWorst = (name: string, ratio: number) => {
    ratios[name] = Math.max(ratios[name] ?? -Infinity, ratio);
  };
  for (const breakers of BREAKERS) {
    for (const outcome of ['success', 'failing', 'rejected'] as const) {
      const costs = await measureCallCosts({ outcome, breakers });
      rows.push(...toRows(costs, { outcome, breakers }));
      if (outcome === 'success') {
        keepWorst('success_vs_cockatiel', overheadRatio(costs, 'cockatiel'));
        keepWorst('success_vs_opossum', overheadRatio(costs, 'opossum'));
      } else {
        keepWorst(`${outcome}_vs_best`, overheadRatio(costs, bestPeer(costs)));
      }
    }
  }
  const bytes = await measureIdleBytes();
  rows.push(...[...bytes].map(([name, samples]) => summarise(`idle: ${name}`, 'bytes per breaker', samples)));
  ratios['bytes_vs_opossum'] = pairedRatio(bytes.get('signalbox') ?? [], bytes.get('opossum') ?? []);
  return { suite: 'circuit-breaker', rows, ratios, remarks: [REMARK] };
}
