/** What a reader is told about a reason. Messages carry the numbers; this is what is the same each time. */
interface ReasonPage {
  /** The verdict of an objective (or a run) that has it. */
  readonly leadsTo: string;
  readonly means: string;
  /** A message as it comes with this code. */
  readonly example: string;
  readonly cure: string;
}

/** Every reason code of a verdict; docs/verdicts.md is made from this table. */
export const REASONS = {
  "interval-inside": {
    leadsTo: "pass",
    means: "The whole confidence interval meets the objective, and nothing about the data is odd.",
    example: "99.93 % to 99.99 % at 95 % confidence, 99.9 % promised",
    cure: "Nothing to do: the whole confidence interval meets the objective.",
  },
  "interval-outside": {
    leadsTo: "fail",
    means:
      "The whole confidence interval misses the objective, and that is no chance even with all objectives of the gate counted.",
    example: "94.7 % seen (94.1 % to 95.2 % at 95 % confidence), 99 % promised",
    cure: "The service missed the objective: look at the phase in the report, then at the service.",
  },
  "interval-straddles": {
    leadsTo: "inconclusive",
    means:
      "The interval has the promise inside of it: so few events can't tell a service that keeps it from one that does not.",
    example:
      "98.2 % to 99.95 % at 95 % confidence, on both sides of the 99.9 % promised; about 4,742 events would decide",
    cure: "Offer more events (a longer phase or window, or a higher rate): the verdict says how many would decide.",
  },
  "too-few-events": {
    leadsTo: "inconclusive",
    means: "Fewer events were counted than the SLO or the gate asks for at least.",
    example: "312 events, and fewer than 1,000 decide nothing",
    cure: "Offer more events, or lower the SLO's proofload.dev/minimum-events or the gate's minEvents.",
  },
  "fail-not-significant": {
    leadsTo: "inconclusive",
    means:
      "Taken by itself the objective would be missed, but of so many that are judged at once one may look so by chance (Holm's correction).",
    example:
      "of 20 objectives judged at once one may miss 99 % by chance: for so many bad events that is 1.2 %, and must be below 0.25 %; about 2,210 events would decide",
    cure: "It looks missed, but one of so many objectives may do so by chance: offer more events, or judge fewer objectives at once.",
  },
  "slices-held": {
    leadsTo: "pass",
    means:
      "Enough slices of time, or evaluations of a query, met the objective. All of them were seen, so there is no interval.",
    example: "60 of 60 evaluations were ≤ 0.25 (100 %), 99 % promised",
    cure: "Nothing to do: enough slices of time met the objective.",
  },
  "slices-missed": {
    leadsTo: "fail",
    means: "Too few slices of time, or evaluations of a query, met the objective.",
    example: "51 of 60 evaluations were ≤ 0.25 (85 %), 99 % promised",
    cure: "The service missed the objective: look at the phase in the report, then at the service.",
  },
  "slices-undecided": {
    leadsTo: "inconclusive",
    means: "A restart that a fault declared may have lost events, and whether enough slices held hangs on them.",
    example: "between 80 % and 100 % after what a restart may have lost, 90 % promised",
    cure: "A restart may have lost what would decide: keep restarts out of the phase, or judge it by a longer one.",
  },
  "too-few-slices": {
    leadsTo: "inconclusive",
    means: "Fewer than five slices of time fit into the phase, or the query looks further back than the phase is long.",
    example: "there are 3 slices of 10 s, and 5 are the least",
    cure: "The phase holds too few slices of time to judge by: make it longer, or the slices and the ranges of the query shorter.",
  },
  "several-series": {
    leadsTo: "inconclusive",
    means:
      "An expression must have one value at a time; this one has several, and any choice among them would be arbitrary.",
    example:
      'queue_length{job="api"} has 2 series where one is judged, queue_length{queue="a"} and queue_length{queue="b"} among them',
    cure: "The query has several series where one value is judged: aggregate it, with sum() or max() for one.",
  },
  "quantile-off-scale": {
    leadsTo: "inconclusive",
    means:
      "Prometheus answers with the highest finite edge when a quantile is above it, however slow the requests are.",
    example:
      "histogram_quantile(0.95, sum by (le) (rate(latency_seconds_bucket[5s]))): a quantile is above the highest bucket edge, for which Prometheus says 0.25",
    cure: "The quantile is above the histogram's highest bucket edge, and nobody knows how far: add higher edges, or count the bucket of the threshold instead.",
  },
  "no-data": {
    leadsTo: "inconclusive",
    means:
      "A selector has no series, and nothing says that this can only mean 0; or an instance was scraped and none of these counters came from it.",
    example:
      'http_requests_total{job="api",code=~"5.."} has no series: no series of http_requests_total has the label \'code\'',
    cure: "Check that Prometheus scrapes the service, and that the SLO's selectors match its series (job, metric name): `proofload slo check PATH --prometheus URL` says what does not, and names a histogram's bucket edges.",
  },
  "metric-missing": {
    leadsTo: "inconclusive",
    means:
      "A metric that an expression reads was not there all through the window, or not at each instance that was scraped; the expression had a value all the same.",
    example:
      'api/10.0.0.7:80 was scraped, but had no queue_length{job="api"} between 2025-01-01T10:00:00Z and 2025-01-01T10:10:00Z: export it from the start on (errors at 0), or count events by plain counters (`counter: true`)',
    cure: "Have each instance export the metric from its start on (an error counter at 0), name the instances that have it by a matcher, or count events by plain counters (`counter: true`).",
  },
  "no-traffic": {
    leadsTo: "inconclusive",
    means: "The counters are there, but nothing was counted in the window.",
    example:
      "no events were counted between 2026-11-21T10:00:00Z and 2026-11-21T10:30:00Z on api/10.0.0.1:8080, api/10.0.0.2:8080",
    cure: "No events were counted: check that somebody called what the SLO measures at that time, and that its selectors mean what was called.",
  },
  "query-failed": {
    leadsTo: "inconclusive",
    means:
      "Prometheus, or what stands before it, answered something that is no answer: an error, a page, a redirect, another type.",
    example: "http_requests_total: status 200, not JSON: <html>Sign in</html>",
    cure: "Prometheus refused the query or answered something else: the message says what. Where that is a page or a 404, check that the URL is Prometheus's own, with its path prefix.",
  },
  "query-warning": {
    leadsTo: "inconclusive",
    means: "The answer came with warnings or infos, as Thanos's partial answers and results cut by a limit do.",
    example: "http_requests_total: results truncated due to limit",
    cure: "Prometheus warned about the result: the data may be partial; mend what the warning names.",
  },
  "prometheus-unreachable": {
    leadsTo: "error",
    means: "Nothing answered, was whole in time, or answered other than 502, 503 and 504, however often it was asked.",
    example: "http_requests_total: http://127.0.0.1:9090 did not answer: no answer within 15 s",
    cure: "Prometheus was away when evidence was collected: check its URL (and `--ca-file`, where its certificate is not trusted), look at its log (a run's own is in the run folder), then try again.",
  },
  "credentials-refused": {
    leadsTo: "error",
    means: "Prometheus answered 401 or 403.",
    example: "http_requests_total: status 401: credentials are missing or wrong",
    cure: "Prometheus, or a proxy before it, refused the credentials: check the token, user and headers, and whose data they may read.",
  },
  "prometheus-gap": {
    leadsTo: "inconclusive",
    means: "Prometheus did not answer for a while in this phase, and scraped nothing.",
    example: "Prometheus was away for 4.2 s in baseline",
    cure: "Prometheus was away for a while, so part of the window was not seen: run again.",
  },
  "window-not-covered": {
    leadsTo: "inconclusive",
    means:
      "A scrape is missing: at an edge of the window, in it, of an instance of the job, of one counter; or an instance was scraped twice.",
    example:
      "api/127.0.0.1:8080: there is no sample where the window ends (2026-11-21T10:30:00Z): the last one before it is 70.0 s off (2026-11-21T10:28:50Z), one within 22.5 s is needed",
    cure: "Samples are missing in the window: look at the named instance's scrapes at that time (`up`, and Prometheus's own log); or judge a window that they cover, or leave the hole out by `--exclude`; where a replica was meant to come or go, `gate --allow-restarts` counts around it.",
  },
  "clock-skew": {
    leadsTo: "inconclusive",
    means:
      "The clocks of Prometheus and this machine differ by more than a scrape interval, and an edge of the window was told by this machine's.",
    example: "Prometheus's clock is 119.8 s off this machine's",
    cure: "Prometheus's clock and this machine's differ, so that its samples can't be laid to the run's phases: set both by NTP.",
  },
  "counter-reset": {
    leadsTo: "inconclusive",
    means:
      "A counter dropped or went away for good, or its process says that it started: what was counted between the last scrape and the restart is lost.",
    example:
      "the counters of api/127.0.0.1:8080 started again between 2026-11-21T10:12:15Z and 2026-11-21T10:12:30Z, and no fault declared it",
    cure: "A counter started again where no fault declared it: find out why the process restarted at that time; where it was meant to, as in a deploy, `gate --allow-restarts` counts around it, and `--exclude` leaves it out.",
  },
  "bad-sample": {
    leadsTo: "inconclusive",
    means:
      "A sample is NaN, infinite, negative or out of order, a series is there twice, or good events outnumber all events.",
    example: 'http_requests_total{job="api"} has the value NaN, which no counter can have',
    cure: "A sample is not a finite number, or good events outnumber all events: check the SLO's queries.",
  },
  "phase-missing": {
    leadsTo: "inconclusive",
    means: "The objective's phase did not happen, was too short for its guard bands, or happened twice.",
    example: "fault/latency was not reached, or too short to see",
    cure: "The phase was never reached or was too short to see: see the other reasons.",
  },
  "load-not-delivered": {
    leadsTo: "inconclusive",
    means: "k6 started fewer iterations than the scenario plans, so the service was not loaded as it was meant to be.",
    example: "k6 started 4,410 of 7,200 iterations planned after the warm-up (61.3 %)",
    cure: "k6 did not start the planned iterations: raise preAllocatedVUs, lower the rate, or use a bigger machine.",
  },
  "generator-saturated": {
    leadsTo: "inconclusive",
    means: "k6 was short of CPU or memory, or started iterations late: its measurements are of itself.",
    example: "k6 used 91 % of the CPU, 80 % is the limit",
    cure: "k6 itself was short of CPU or late: lower the rate, or give it a machine of its own.",
  },
  "vus-at-ceiling": {
    leadsTo: "inconclusive",
    means: "In an open model all VUs were busy at once: requests may have waited that nobody counted.",
    example: "50 of 50 VUs were busy at once, 90 % is the limit",
    cure: "Nearly all VUs were busy: k6 could not have offered more. Raise the worst latency or maxVUs of the scenario, or lower the rate.",
  },
  "machine-busy": {
    leadsTo: "inconclusive",
    means:
      "The hypervisor, or other programs on the machine, took a share of the CPU. Steal always blocks a pass, other programs only spoil a fail.",
    example: "the hypervisor gave 14 % of the CPU to others, 10 % is the limit",
    cure: "Others used the CPU, so nobody can say who was slow: run on a quieter machine, or raise the limit if the share is normal there.",
  },
  "threshold-unobserved": {
    leadsTo: "inconclusive",
    means: "k6 calls a threshold without samples met; here it is not.",
    example: "http_req_duration{name:GET /cart}: p(95)<200 had no sample to be held against",
    cure: "A k6 threshold matched no sample: check its tags, and that the journey makes those requests.",
  },
  "check-never-held": {
    leadsTo: "inconclusive",
    means: "A k6 check failed every time, so the journey never did what it is for.",
    example: "the check 'is logged in' failed all 7,200 times",
    cure: "A check of the journey failed every time, so the load was not what its author meant: mend the journey, or the check.",
  },
  "capacity-reached": {
    leadsTo: "pass",
    means: "All objectives held up to the rate that was asked for.",
    example: "every objective held up to 400 iterations/s, 400 asked",
    cure: "Nothing to do: every objective held at the rate that was asked for.",
  },
  "capacity-too-low": {
    leadsTo: "fail",
    means: "An objective broke at or below the rate that was asked for.",
    example: "checkout-latency broke at 300 iterations/s, 400 asked; 200 held",
    cure: "The service broke below the rate that was asked for: look at the step in the report.",
  },
  "capacity-unknown": {
    leadsTo: "inconclusive",
    means: "The highest rate that held is below the one that was asked for, and the next step decided nothing.",
    example: "step/400 is not decided: load: k6 used 91 % of the CPU, 80 % is the limit",
    cure: "No step broke or held for sure: make the steps longer, climb further, or mend the load's own reasons.",
  },
  "objective-broke": {
    leadsTo: "fail",
    means: "An objective with `abortOnFail` was missed so clearly that the load was ended.",
    example:
      "api-availability in baseline: 43.8 % of the 2,400 events in the last 4 s were good, 99 % promised, so the load was ended",
    cure: "The run was ended because this objective broke: look at the service at that time.",
  },
  "requests-unanswered": {
    leadsTo: "inconclusive",
    means:
      "Iterations were planned and neither ended nor were dropped. If their requests were bad ones, the objective would not be proven.",
    example: "210 iterations never ended; with their requests as bad ones 97.1 % is proven, 99.9 % promised",
    cure: "Iterations never ended, so what they asked was not answered: look for requests that hang. A time-out makes them count as failures.",
  },
  "counts-disagree": {
    leadsTo: "inconclusive",
    means:
      "What k6 sent and what the service counted differ by more than the limit, or the service's promise is kept by its own count and not by k6's.",
    example: "k6 counted 7,200 requests, the service 3,605",
    cure: "k6 and the service saw different things: check the SLO's selectors, who else calls the service, and what answers k6 got.",
  },
  "script-error": {
    leadsTo: "inconclusive",
    means: "Iterations, or code outside of them, threw: the load was another one than was written.",
    example:
      "7,200 of 7,200 iterations (100 %) ended with an exception; the first: scenarios/ci.ts:14: TypeError: x is undefined",
    cure: "The scenario threw exceptions: the message names the line of the first.",
  },
  "process-ended": {
    leadsTo: "inconclusive",
    means: "A program of the run was gone before the load ended.",
    example: "api ended by itself in the run (SIGKILL)",
    cure: "A program of the run ended that no fault was meant for: see its log in the run folder.",
  },
  "k6-failed": {
    leadsTo: "inconclusive",
    means: "k6 crashed, was killed, or could not read its options.",
    example: "k6: it crashed (a Go panic) (code 109)",
    cure: "k6 ended with an error: see k6/k6.log in the run folder.",
  },
  "test-aborted": {
    leadsTo: "inconclusive",
    means: "The scenario ended the test itself.",
    example: "k6: the script aborted the test (code 108)",
    cure: "The scenario called exec.test.abort(): see its message in k6/k6.log; remove the call, or mend what it found.",
  },
  "test-marked-failed": {
    leadsTo: "inconclusive",
    means: "The scenario marked the test as failed, which is no objective.",
    example: "k6: the script marked the test as failed (code 110)",
    cure: "The scenario called exec.test.fail(): objectives decide, so move what it checks into an SLO, or remove it.",
  },
  "load-unobserved": {
    leadsTo: "inconclusive",
    means: "What k6 did, or how it was, is not known.",
    example: "k6 did not report what it did",
    cure: "k6 left no summary, so nobody knows what was offered: see k6/k6.log in the run folder.",
  },
  "fault-not-proven": {
    leadsTo: "inconclusive",
    means: "The fault was never injected, or nothing changed when it was.",
    example: "latency had no measured effect on proxy/store: 4 ms measured, 400 ms asked",
    cure: "The fault had no measured effect, so surviving it proves nothing: check its target.",
  },
  "hypothesis-refuted": {
    leadsTo: "fail",
    means: "A question of the experiment's hypothesis was answered, and the answer was not what it should be.",
    example: "api-answers did not hold during process-kill: http://127.0.0.1:8080/health: status 503, asked 200",
    cure: "What the experiment says should go on did not: look at the service at that time, or mend the probe in the experiment.",
  },
  "probe-unanswered": {
    leadsTo: "inconclusive",
    means: "A question of the experiment's hypothesis was not asked at one of its times, or nobody could answer it.",
    example: "error-share was not answered during latency: no value",
    cure: "Nobody knows whether the hypothesis held: make sure that what its probe asks can be asked at that time.",
  },
  "alert-missed": {
    leadsTo: "fail",
    means: "An alert that the experiment expects did not fire in its time, or was not over in its time.",
    example: "alert StoreDown: it did not fire within 30 s",
    cure: "An alert that should tell people of this fault did not, or too late: mend its rule, or its routing.",
  },
  "alert-forbidden": {
    leadsTo: "fail",
    means: "An alert that the experiment forbids fired after the first fault.",
    example: "alert ApiDown: it fired 4.2 s after the first fault",
    cure: "An alert fired that should not have: look at its rule, or at what it tells of the service.",
  },
  "alert-unseen": {
    leadsTo: "inconclusive",
    means: "The alert was firing before, was not watched for long enough, or nobody answered who could tell.",
    example: "alert StoreDown: it was firing before the first fault, so it detected nothing",
    cure: "Nobody knows whether the alert did what it should: let none fire before, watch longer, and see that Prometheus and the Alertmanager answer.",
  },
  "fault-not-met": {
    leadsTo: "inconclusive",
    means: "A proxy was slow or broken, as its own proofs saw, and nothing else went through it while the load ran.",
    example:
      "slow: while it was on, nothing but its own proofs passed proxy/store: the service goes past the proxy, had no need of it, or answers from a cache",
    cure: "Let the service reach its upstream by the proxy's `listen` address, and let the load ask for what needs it while the fault is on.",
  },
  "fault-not-undone": {
    leadsTo: "inconclusive; error if it may be left behind",
    means: "Nobody saw that the fault ended, or it may still be on.",
    example: "latency: the proxy did not answer; to end it: proofload chaos recover",
    cure: "The fault's end was not seen; `proofload chaos recover` ends what may be left.",
  },
  "recovery-too-slow": {
    leadsTo: "fail",
    means: "After the time that `recoversWithin` allows, a stretch still missed the objective for sure.",
    example: "still missed 12.0 s after the recovery began, 5 s allowed",
    cure: "The objective was still missed after the time that the gate allows for a recovery: look at what the service does then.",
  },
  "recovery-undecided": {
    leadsTo: "inconclusive",
    means: "After the time that `recoversWithin` allows, a stretch may still have missed the objective.",
    example: "it may still have been missed 6.0 s after the recovery began, 5 s allowed",
    cure: "It may have been missed after the time that the gate allows for a recovery: offer more events, or allow a scrape interval more.",
  },
  "not-recovered": {
    leadsTo: "fail",
    means: "The target of a fault that ends by itself, such as a kill, was not back in the time allowed.",
    example: "process-kill: process/store did not come back: not ready within 10 s",
    cure: "The target did not come back in the time allowed.",
  },
  "run-cut-short": {
    leadsTo: "inconclusive",
    means: "The run, or the phase, was ended before its planned end.",
    example: "the run was ended early: SIGINT",
    cure: "The run was ended early: run it again to its end.",
  },
  "nothing-judged": {
    leadsTo: "inconclusive",
    means: "The gate has no objective in any phase of this run.",
    example: "gates/pr.yaml judges nothing in this run",
    cure: "No objective was judged: map SLOs to phases in the gate file.",
  },
  "internal-error": {
    leadsTo: "error",
    means: "proofload itself broke. The exit code is 70.",
    example: "a bug in proofload: x is not iterable",
    cure: "A bug in proofload: please report it with the run folder.",
  },
} as const satisfies Readonly<Record<string, ReasonPage>>;

export type ReasonCode = keyof typeof REASONS;
