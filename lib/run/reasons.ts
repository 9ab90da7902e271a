/** Every reason code of a verdict, with its cure; docs/reasons.md is checked against this table. */
export const REASONS = {
  "interval-inside": "Nothing to do: the whole confidence interval meets the objective.",
  "interval-outside": "The service missed the objective: look at the phase in the report, then at the service.",
  "interval-straddles": "Offer more events (a longer phase or a higher rate): the verdict says how many would decide.",
  "too-few-events": "Offer more events, or lower the SLO's proofload.dev/minimum-events or the gate's minEvents.",
  "fail-not-significant":
    "It looks missed, but one of so many objectives may do so by chance: offer more events, or judge fewer objectives at once.",
  "slices-held": "Nothing to do: enough slices of time met the objective.",
  "slices-missed": "The service missed the objective: look at the phase in the report, then at the service.",
  "slices-undecided":
    "A restart may have lost what would decide: keep restarts out of the phase, or judge it by a longer one.",
  "too-few-slices":
    "The phase holds too few slices of time to judge by: make it longer, or the slices and the ranges of the query shorter.",
  "several-series":
    "The query has several series where one value is judged: aggregate it, with sum() or max() for one.",
  "quantile-off-scale":
    "The quantile is above the histogram's highest bucket edge, and nobody knows how far: add higher edges, or count the bucket of the threshold instead.",
  "no-data":
    "Check that Prometheus scrapes the service, and that the SLO's selectors match its series (job, metric name).",
  "no-traffic": "No events were counted: check that the journey calls what the SLO measures.",
  "query-failed": "Prometheus refused the query or answered something else: the message says what.",
  "query-warning": "Prometheus warned about the result: the data may be partial; mend what the warning names.",
  "prometheus-unreachable":
    "Prometheus was away when evidence was collected: look at its log in the run folder, then run again.",
  "credentials-refused":
    "Prometheus, or a proxy before it, refused the credentials: check the token, user and headers, and whose data they may read.",
  "prometheus-gap": "Prometheus was away for a while, so part of the window was not seen: run again.",
  "window-not-covered": "Samples are missing in the window: check the scrape of the named instance.",
  "clock-skew":
    "Prometheus's clock and this machine's differ, so that its samples can't be laid to the run's phases: set both by NTP.",
  "counter-reset": "A counter started again where no fault declared it: find out why the process restarted.",
  "bad-sample": "A sample is not a finite number, or good events outnumber all events: check the SLO's queries.",
  "phase-missing": "The phase was never reached or was too short to see: see the other reasons.",
  "load-not-delivered":
    "k6 did not start the planned iterations: raise preAllocatedVUs, lower the rate, or use a bigger machine.",
  "generator-saturated": "k6 itself was short of CPU or late: lower the rate, or give it a machine of its own.",
  "vus-at-ceiling":
    "Nearly all VUs were busy: k6 could not have offered more. Raise the worst latency or maxVUs of the scenario, or lower the rate.",
  "machine-busy":
    "Others used the CPU, so nobody can say who was slow: run on a quieter machine, or raise the limit if the share is normal there.",
  "threshold-unobserved":
    "A k6 threshold matched no sample: check its tags, and that the journey makes those requests.",
  "check-never-held":
    "A check of the journey failed every time, so the load was not what its author meant: mend the journey, or the check.",
  "capacity-reached": "Nothing to do: every objective held at the rate that was asked for.",
  "capacity-too-low": "The service broke below the rate that was asked for: look at the step in the report.",
  "capacity-unknown":
    "No step broke or held for sure: make the steps longer, climb further, or mend the load's own reasons.",
  "objective-broke": "The run was ended because this objective broke: look at the service at that time.",
  "requests-unanswered":
    "Iterations never ended, so what they asked was not answered: look for requests that hang. A time-out makes them count as failures.",
  "counts-disagree":
    "k6 and the service saw different things: check the SLO's selectors, who else calls the service, and what answers k6 got.",
  "script-error": "The scenario threw exceptions: the message names the line of the first.",
  "process-ended": "A program of the run ended that no fault was meant for: see its log in the run folder.",
  "k6-failed": "k6 ended with an error: see k6/k6.log in the run folder.",
  "test-aborted":
    "The scenario called exec.test.abort(): see its message in k6/k6.log; remove the call, or mend what it found.",
  "test-marked-failed":
    "The scenario called exec.test.fail(): objectives decide, so move what it checks into an SLO, or remove it.",
  "load-unobserved": "k6 left no summary, so nobody knows what was offered: see k6/k6.log in the run folder.",
  "fault-not-proven": "The fault had no measured effect, so surviving it proves nothing: check its target.",
  "fault-not-undone": "The fault's end was not seen; `proofload chaos recover` ends what may be left.",
  "recovery-too-slow":
    "The objective was still missed after the time that the gate allows for a recovery: look at what the service does then.",
  "recovery-undecided":
    "It may have been missed after the time that the gate allows for a recovery: offer more events, or allow a scrape interval more.",
  "not-recovered": "The target did not come back in the time allowed.",
  "run-cut-short": "The run was ended early: run it again to its end.",
  "nothing-judged": "No objective was judged: map SLOs to phases in the gate file.",
  "internal-error": "A bug in proofload: please report it with the run folder.",
} as const;

export type ReasonCode = keyof typeof REASONS;
