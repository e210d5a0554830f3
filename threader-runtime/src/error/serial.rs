//! Errors with serde: a struct of what the accessors give.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{ErrorKind, Failure, TaskError};

#[derive(Serialize, Deserialize)]
#[serde(rename = "TaskError")]
struct Fields<'a> {
    kind: ErrorKind,
    task: Cow<'a, str>,
    message: Cow<'a, str>,
    location: Option<Cow<'a, str>>,
    worker: Option<Cow<'a, str>>,
    attempts: u32,
}

impl Serialize for TaskError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields {
            kind: self.kind(),
            task: self.task().into(),
            message: self.message().into(),
            location: self.location().map(Cow::Borrowed),
            worker: self.worker().map(Cow::Borrowed),
            attempts: self.attempts(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TaskError {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::<'static>::deserialize(deserializer)?;
        let failure = Failure {
            kind: fields.kind,
            message: fields.message.into_owned(),
            location: fields.location.map(Cow::into_owned),
        };
        let worker = fields.worker.map(Cow::into_owned);
        Ok(TaskError::new(
            failure,
            fields.task,
            worker,
            fields.attempts,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AggregateError;

    fn error(message: &str) -> TaskError {
        let failure = Failure {
            kind: ErrorKind::Panicked,
            message: message.to_owned(),
            location: Some("src/main.rs:3:5".to_owned()),
        };
        TaskError::new(failure, "half".into(), Some("web-1".to_owned()), 1)
    }

    #[test]
    fn fields_are_named_and_come_back() {
        let json = serde_json::to_string(&error("7 is odd")).unwrap();
        let fields = r#"{"kind":"Panicked","task":"half","message":"7 is odd","location":"src/main.rs:3:5","worker":"web-1","attempts":1}"#;
        assert_eq!(json, fields);
        let read: TaskError = serde_json::from_str(&json).unwrap();
        assert_eq!(read, error("7 is odd"));
        assert_ne!(read, error("8 is odd"));
    }

    #[test]
    fn what_is_not_known_may_be_left_out() {
        let json = r#"{"kind":"Closed","task":"half","message":"","attempts":0}"#;
        let read: TaskError = serde_json::from_str(json).unwrap();
        assert_eq!((read.location(), read.worker()), (None, None));
    }

    #[test]
    fn aggregate_errors_come_back_too() {
        let whole = AggregateError {
            needed: 2,
            tasks: 2,
            errors: vec![(1, error("7 is odd"))],
        };
        let json = serde_json::to_string(&whole).unwrap();
        assert_eq!(
            serde_json::from_str::<AggregateError>(&json).unwrap(),
            whole
        );
    }

    #[test]
    fn debug_is_a_sentence_and_a_struct_when_asked_to_be() {
        let line = "task `half` panicked at src/main.rs:3:5 on web-1: 7 is odd";
        assert_eq!(format!("{:?}", error("7 is odd")), line);
        let fields = format!("{:#?}", error("7 is odd"));
        assert!(
            fields.starts_with("TaskError {\n    kind: Panicked,"),
            "{fields}"
        );
    }
}
