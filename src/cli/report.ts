import { type Command, Option } from 'commander';

import { makeReport, type Report, shippedRules, withRules } from '../correlate';
import { type TogetherOptions, withJoinOption } from './companions';
import { readTogether } from './readTogether';
import { formatReportHtml } from './report/html';
import { formatReportMarkdown } from './report/markdown';
import { formatReportText } from './report/text';
import { readRuleFile } from './ruleOption';
import { parseStartTime } from './startTime';

const formats: Readonly<Record<string, (report: Report) => string>> = {
  text: formatReportText,
  markdown: formatReportMarkdown,
  html: (report) => formatReportHtml(report, new Date()),
};

interface ReportOptions extends TogetherOptions {
  readonly format: string;
  readonly rules?: string;
}

/** `gclens report FILE…`: what is wrong, how sure, who causes it and who pays, what to do. A damaged trace sets exit code 1. */
export function registerReport(program: Command): void {
  withJoinOption(
    program
      .command('report')
      .description('what is wrong with GC, how sure, who causes it and who pays, what to do')
      .argument('<files...>', 'execution trace, profiles, the application’s spans: of one process and one moment')
      .addOption(
        new Option('--format <format>', 'text for a terminal, markdown for an issue, html for a page of its own')
          .choices(Object.keys(formats))
          .default('text'),
      )
      .option('--rules <file>', 'rules of your own: added to the shipped ones, which they replace by id')
      .option('--start-time <time>', 'when the trace began (RFC 3339 or Unix ns), for traces without a clock', parseStartTime),
  ).action(async (files: string[], options: ReportOptions, command: Command) => {
    const own = options.rules === undefined ? undefined : await readRuleFile(options.rules, command);
    const { captures, notices, damage } = await readTogether(files, options);
    const report = makeReport(captures, own === undefined ? shippedRules() : withRules(own), notices);
    process.stdout.write(formats[options.format]?.(report) ?? '');
    process.exitCode = damage.length > 0 ? 1 : process.exitCode;
  });
}
