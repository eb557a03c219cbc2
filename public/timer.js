// Says again and again that so many milliseconds have passed; `rtc/src/recording/timer.rs` says why.
onmessage = ({ data }) => setInterval(() => postMessage(null), data);
