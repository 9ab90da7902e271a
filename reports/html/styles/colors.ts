/** Colors by role; text on any of its grounds has a contrast of at least 4.5, in light and in dark. Print is always light. */
export const COLORS = `
:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --panel: #fff; --sunken: #f1f3f6; --ink: #12161c; --muted: #515b69; --rule: #dfe3e9; --rule-strong: #b9c1cc;
  --link: #1a55b0;
  --pass: #12702f; --pass-soft: #e3f4e8; --fail: #b81c24; --fail-soft: #fdeaea; --inconclusive: #7d4f00; --inconclusive-soft: #fff1d2;
  --error: #6b2fb3; --error-soft: #f2ebfc; --sign: #fff;
  --fault: #8f3d09; --fault-soft: #fae7da; --fault-edge: #d59468;
  --line-0: #0e7a86; --line-1: #a8540a; --line-2: #6b4fbb; --line-3: #4d5866;
  --latency-0: #5a96dc; --latency-1: #2563b8; --latency-2: #0c2a5c; --errors-0: #c4262e;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0d1015; --panel: #151920; --sunken: #1d222b; --ink: #e9edf2; --muted: #a1acba; --rule: #2a313b; --rule-strong: #4a5564;
    --link: #86b7ff;
    --pass: #5bd083; --pass-soft: #11261a; --fail: #ff8b84; --fail-soft: #351619; --inconclusive: #f2c14e; --inconclusive-soft: #2d240d;
    --error: #cba8ff; --error-soft: #261b39; --sign: #12161c;
    --fault: #ffb78c; --fault-soft: #38251a; --fault-edge: #94603d;
    --line-0: #4cc3cf; --line-1: #f0a860; --line-2: #b9a2ff; --line-3: #a1acba;
    --latency-0: #4a86cc; --latency-1: #86b7f5; --latency-2: #dcebff; --errors-0: #ff7a73;
  }
}
`;
