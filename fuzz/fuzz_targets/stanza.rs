#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| libim_fuzz::stanza::run(data));
