import { beforeAll, describe, expect, it } from 'vitest';

import type { Figures } from '../src/figures.ts';

import { type Report, runExamples } from '../src/example.ts';
import { SLOWNESS_MS } from '../src/fleet.ts';
import { renderPicture } from '../src/picture.ts';

/** A fifth of what the page shows: enough for shares, too little for a quantile. */
const LOAD = { perSecond: 50, calls: 50 };
/** Each policy takes its load and one slow answer; the rest is for a busy machine. */
const RUN_MS = 60_000;

describe('the worked example', () => {
  let report: Report;
  const of = (name: string): Figures => {
    const figures = report.policies.find((each) => each.name === name);
    if (figures === undefined) {
      throw new Error(`no policy is named "${name}"`);
    }
    return figures;
  };

  beforeAll(async () => {
    report = await runExamples(LOAD, () => undefined);
  }, RUN_MS);

  it('makes every call, with every policy', () => {
    expect(report.policies.map(({ calls }) => calls)).toEqual(report.policies.map(() => LOAD.calls));
  });

  it('fails every call to the failing instance, and waits for the slow one, where there is no policy', () => {
    const none = of('none');

    expect(none.failedPercent).toBe(none.toFailingPercent);
    expect([26, 24]).toContain(none.toFailingPercent); // one in four of fifty
    expect([26, 24]).toContain(none.toSlowPercent);
    expect(none.p99Ms).toBeGreaterThanOrEqual(SLOWNESS_MS);
  });

  it('fails the slow calls too with a timeout alone', () => {
    expect(of('timeout').failed).toBeGreaterThan(1.5 * of('none').failed);
  });

  it('fails fewer calls by retries, and sends no more of them than the budget has', () => {
    expect(of('retry').failed).toBeLessThan(of('none').failed / 2);
    expect(of('retry').attemptsPerCall).toBeGreaterThan(1);
    expect(of('retry').attemptsPerCall).toBeLessThan(2);
  });

  it('sends less to the failing instance by breakers, and no less to the slow one', () => {
    expect(of('breaker').toFailingPercent).toBeLessThan(of('none').toFailingPercent / 1.25);
    expect(of('breaker').toSlowPercent).toBeGreaterThanOrEqual(of('none').toSlowPercent);
  });

  it('sends less to the slow instance by least request, and no less to the one that fails fast', () => {
    expect(of('least request').toSlowPercent).toBeLessThan(of('none').toSlowPercent / 1.5);
    expect(of('least request').toFailingPercent).toBeGreaterThan(of('none').toFailingPercent / 1.5);
  });

  it('sends less to both by peak EWMA', () => {
    const { toFailingPercent, toSlowPercent } = of('peak EWMA');

    expect(toFailingPercent + toSlowPercent).toBeLessThan(of('none').toFailingPercent + of('none').toSlowPercent);
  });

  it('fails next to none with all of them', () => {
    expect(of('all together').failed).toBeLessThanOrEqual(of('none').failed / 2);
  });

  it('draws what it saw', () => {
    const picture = renderPicture(report.policies);

    for (const { name, failedPercent, p90Ms, p99Ms } of report.policies) {
      expect(picture).toContain(`>${name}</text>`);
      expect(picture).toContain(`>${failedPercent} %</text>`);
      expect(picture).toContain(`>${p90Ms} ms</text>`);
      expect(picture).toContain(`>${p99Ms} ms</text>`);
    }
  });
});
