import { beforeAll, describe, expect, it } from 'vitest';

import type { Figures, RequestFigures } from '../src/figures.ts';

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
  const sent = (name: string): RequestFigures => {
    const { requests } = of(name);
    if (requests === undefined) {
      throw new Error(`nobody counted the requests of "${name}"`);
    }
    return requests;
  };

  beforeAll(async () => {
    report = await runExamples(LOAD, () => undefined);
  }, RUN_MS);

  it('makes every call, with every policy', () => {
    expect(report.policies.map(({ calls }) => calls)).toEqual(report.policies.map(() => LOAD.calls));
  });

  it('fails every call to the failing instance, and waits for the slow one, where there is no policy', () => {
    const none = of('none');

    const { toFailingPercent, toSlowPercent } = sent('none');
    expect(none.failedPercent).toBe(toFailingPercent);
    expect([26, 24]).toContain(toFailingPercent); // one in four of fifty
    expect([26, 24]).toContain(toSlowPercent);
    expect(none.p99Ms).toBeGreaterThanOrEqual(SLOWNESS_MS);
  });

  it('fails the slow calls too with a timeout alone', () => {
    expect(of('timeout').failed).toBeGreaterThan(1.5 * of('none').failed);
  });

  it('fails fewer calls by retries, for some requests more', () => {
    expect(of('retry').failed).toBeLessThan(of('none').failed / 2);
    expect(sent('retry').perCall).toBeGreaterThan(1);
    expect(sent('retry').perCall).toBeLessThan(2);
  });

  it('sends less to the failing instance by breakers, and no less to the slow one', () => {
    expect(sent('breaker').toFailingPercent).toBeLessThan(sent('none').toFailingPercent / 1.25);
    expect(sent('breaker').toSlowPercent).toBeGreaterThanOrEqual(sent('none').toSlowPercent);
  });

  it('sends less to the slow instance by least request, and no less to the one that fails fast', () => {
    expect(sent('least request').toSlowPercent).toBeLessThan(sent('none').toSlowPercent / 1.5);
    expect(sent('least request').toFailingPercent).toBeGreaterThan(sent('none').toFailingPercent / 1.5);
  });

  it('sends less to both by peak EWMA', () => {
    const { toFailingPercent, toSlowPercent } = sent('peak EWMA');

    expect(toFailingPercent + toSlowPercent).toBeLessThan(sent('none').toFailingPercent + sent('none').toSlowPercent);
  });

  it('fails next to none with all of them', () => {
    expect(of('all together').failed).toBeLessThanOrEqual(of('none').failed / 2);
  });

  it('fails fewer calls by the SDK as it comes', () => {
    expect(of('SDK by default').failed).toBeLessThanOrEqual(of('none').failed / 2);
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
