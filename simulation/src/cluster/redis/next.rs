//! What a server of the made-up next release asks of Redis: with a field more in every record that it
//! writes, and notes of a type more.

use serde_json::{Value, json};

use crate::next::add_fields;

/// The commands that it sends where the present release sends this one. The answer to the first is
/// the answer.
pub(super) fn commands(mut command: Vec<String>) -> Vec<Vec<String>> {
    let is_note = command.first().is_some_and(|word| word == "PUBLISH");
    for word in &mut command {
        if let Ok(mut record @ Value::Object(_)) = serde_json::from_str(word) {
            add_fields(&mut record);
            *word = record.to_string();
        }
    }
    let mut commands = vec![command];
    if is_note && let [_, channel, _] = &commands[0][..] {
        let wave = json!({ "type": "wave", "hand": { "left": true } });
        commands.push(vec![
            "PUBLISH".to_owned(),
            channel.clone(),
            wave.to_string(),
        ]);
    }
    commands
}
