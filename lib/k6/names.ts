/** The metrics that every k6 script can have; source: metrics/builtin.go of k6, and its browser module. */
export const BUILT_IN_METRICS: readonly string[] = [
  "checks",
  "data_received",
  "data_sent",
  "dropped_iterations",
  "group_duration",
  "grpc_req_duration",
  "http_req_blocked",
  "http_req_connecting",
  "http_req_duration",
  "http_req_failed",
  "http_req_receiving",
  "http_req_sending",
  "http_req_tls_handshaking",
  "http_req_waiting",
  "http_reqs",
  "iteration_duration",
  "iterations",
  "vus",
  "vus_max",
  "ws_connecting",
  "ws_msgs_received",
  "ws_msgs_sent",
  "ws_ping",
  "ws_session_duration",
  "ws_sessions",
];

/** The tags that k6 sets by itself, where `systemTags` has them; source: metrics/system_tag.go. */
export const SYSTEM_TAGS: readonly string[] = [
  "check",
  "error",
  "error_code",
  "expected_response",
  "group",
  "ip",
  "iter",
  "method",
  "name",
  "ocsp_status",
  "proto",
  "scenario",
  "service",
  "status",
  "subproto",
  "tls_version",
  "url",
  "vu",
];

/** System tags that k6 keeps beside a sample and not on its series: no threshold ever sees them. */
export const UNSEEN_TAGS: readonly string[] = ["iter", "vu"];

export const HTTP_METHODS: readonly string[] = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];
