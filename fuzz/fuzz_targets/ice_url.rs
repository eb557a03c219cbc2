#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| fuzz::addresses::ice_url(text));
