//! What of a message only a newer page understands.

use serde_json::Value;

/// How many fields of `said` are missing in `known`, which is what was understood of it.
pub(super) fn fields(said: &str, known: &str) -> usize {
    if said.len() == known.len() {
        // A page of this version says it like this; nothing needs to be compared.
        return 0;
    }
    match (serde_json::from_str(said), serde_json::from_str(known)) {
        (Ok(said), Ok(known)) => beyond(&said, &known),
        // Nested more deeply than anything that is understood.
        _ => 1,
    }
}

fn beyond(said: &Value, known: &Value) -> usize {
    match (said, known) {
        (Value::Object(said), Value::Object(known)) => {
            let fields = said.iter().map(|(name, value)| match known.get(name) {
                Some(known) => beyond(value, known),
                // That is another way to leave a field out.
                None => usize::from(!value.is_null()),
            });
            fields.sum()
        }
        (Value::Array(said), Value::Array(known)) => {
            let both = said.iter().zip(known);
            both.map(|(said, known)| beyond(said, known)).sum()
        }
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::fields;

    #[test]
    fn each_unknown_field_counts_once_wherever_it_is() {
        for (said, known, count) in [
            (r#"{"a":1}"#, r#"{"a":1}"#, 0),
            (r#"{ "a": 1 }"#, r#"{"a":1}"#, 0),
            (r#"{"a":1,"b":null}"#, r#"{"a":1}"#, 0),
            (r#"{"a":1,"b":{"c":2,"d":3}}"#, r#"{"a":1}"#, 1),
            (r#"{"a":{"b":1,"c":2},"d":3}"#, r#"{"a":{"b":1}}"#, 2),
            (
                r#"{"a":[{"b":1,"c":2},{"b":1,"c":2}]}"#,
                r#"{"a":[{"b":1},{"b":1}]}"#,
                2,
            ),
        ] {
            assert_eq!(fields(said, known), count, "{said}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_to_be_compared_counts_too() {
        let deep = ["{\"a\":1,\"b\":", &"[".repeat(200), &"]".repeat(200), "}"].concat();
        assert_eq!(fields(&deep, r#"{"a":1}"#), 1);
    }
}
