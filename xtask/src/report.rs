//! What Playwright's JSON reporter writes: one tree of suites, in which each test has an outcome.

use serde_json::Value;

use crate::tally::Tally;

/// Counts the tests of a report. Anything but what was expected is a failure, such as one that was
/// skipped, was interrupted, passed only when tried again, or could not be run at all.
pub(crate) fn count(report: &Value, tally: &mut Tally) {
    for suite in list(report, "suites") {
        count_suite(suite, tally);
    }
    tally.failed += list(report, "errors").map(|_| 1).sum::<u32>();
}

fn count_suite(suite: &Value, tally: &mut Tally) {
    for test in list(suite, "specs").flat_map(|spec| list(spec, "tests")) {
        match test.get("status").and_then(Value::as_str) {
            Some("expected") => tally.passed += 1,
            _ => tally.failed += 1,
        }
    }
    for inner in list(suite, "suites") {
        count_suite(inner, tally);
    }
}

fn list<'a>(value: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> {
    value
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counted(report: &str) -> (u32, u32) {
        let mut tally = Tally::new("end-to-end");
        count(
            &serde_json::from_str(report).expect("well-formed"),
            &mut tally,
        );
        (tally.passed, tally.failed)
    }

    #[test]
    fn only_what_was_expected_is_a_pass() {
        let report = r#"{ "suites": [
            { "title": "chat.spec.ts", "specs": [
                { "ok": true, "tests": [
                    { "projectName": "chromium", "status": "expected" },
                    { "projectName": "firefox", "status": "skipped" } ] } ],
              "suites": [ { "title": "inside", "specs": [
                { "ok": true, "tests": [ { "status": "flaky" } ] },
                { "ok": false, "tests": [ { "status": "unexpected" }, {} ] } ] } ] },
            { "title": "flood.spec.ts", "specs": [ { "tests": [
                { "projectName": "chromium alone", "status": "expected" } ] } ] } ],
          "errors": [],
          "stats": { "expected": 2, "skipped": 1, "unexpected": 1, "flaky": 1 } }"#;
        assert_eq!(counted(report), (2, 4));
    }

    #[test]
    fn an_error_outside_of_every_test_is_a_failure() {
        let report = r#"{ "suites": [], "errors": [{ "message": "no tests found" }] }"#;
        assert_eq!(counted(report), (0, 1));
    }
}
