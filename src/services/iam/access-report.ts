import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { uuid } from '../../core/id.ts';
import type { ServiceError } from '../../core/service-error.ts';
import type { Writer } from '../../store/store.ts';
import { type AccessReport, accessReports } from '../../store/tables/iam.ts';
import { noSuchEntity } from './errors.ts';

/** How long making a report takes on AWS, about (unverified); here it is made at once and shown then. */
const MAKING = 3000;
/** Reports kept for an account; the oldest makes room (AWS does not say; unverified). */
const KEPT = 100;

/** Whom a report belongs to: only the principal that asked for it may read it. Sessions of one role are one. */
export function requesterOf({ caller }: Pick<Scope, 'caller'>): string {
  return caller.principal.roleId ?? caller.principal.uniqueId;
}

/** 404; (unverified) wording */
const noSuchJob = (jobId: string): ServiceError => noSuchEntity(`The job with id ${jobId} cannot be found.`);

/** A new report, not yet stored. */
export const newReport = (context: Scope, question: string, result: AccessReport['result']): AccessReport => ({
  accountId: context.account,
  jobId: uuid(context.installation.random),
  requesterId: requesterOf(context),
  question,
  createdAt: context.now,
  completedAt: context.now + MAKING * context.installation.pace,
  result,
});

export async function keepReport(writer: Writer, report: AccessReport): Promise<void> {
  const held = await writer.count(accessReports, { index: 'created', prefix: [report.accountId] });
  if (held >= KEPT) {
    const oldest = await writer.list(accessReports, { index: 'created', prefix: [report.accountId], limit: held - KEPT + 1 });
    for (const { jobId } of oldest) await writer.delete(accessReports, [jobId]);
  }
  await writer.insert(accessReports, report);
}

export const isRunning = (report: AccessReport, now: number): boolean => now < report.completedAt;

/** What is told of a report while it is made: no more than that, though the model has more members required. */
export const runningShape = (report: AccessReport) => ({ JobStatus: 'IN_PROGRESS' as const, JobCreationDate: new Date(report.createdAt) });

/**
 * The caller's own report of a kind. Others' are as unknown as those that do not exist.
 * @throws NoSuchEntity  404
 */
export async function requireReport<Kind extends AccessReport['result']['kind']>(
  context: OperationContext,
  jobId: string,
  ...kinds: readonly Kind[]
): Promise<AccessReport & { readonly result: Extract<AccessReport['result'], { readonly kind: Kind }> }> {
  const report = await context.reader.get(accessReports, [jobId]);
  const own = report?.accountId === context.account && report.requesterId === requesterOf(context);
  if (!own || !isOfKind(report, kinds)) throw noSuchJob(jobId);
  return report;
}

function isOfKind<Kind extends AccessReport['result']['kind']>(
  report: AccessReport,
  kinds: readonly Kind[],
): report is AccessReport & { readonly result: Extract<AccessReport['result'], { readonly kind: Kind }> } {
  return kinds.some((kind) => kind === report.result.kind);
}
