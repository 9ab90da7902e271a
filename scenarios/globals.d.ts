/** k6's own, which writes to k6's log. */
declare const console: {
  warn(text: string): void;
  error(text: string): void;
};
