//! Errors in JavaScript: an `Error` with the fields as properties.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

use super::{AggregateError, ErrorKind, TaskError};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = AggregateError)]
    type JsAggregate;

    #[wasm_bindgen(constructor, js_class = "AggregateError")]
    fn new(errors: &Array, message: &str) -> JsAggregate;
}

impl From<TaskError> for JsValue {
    fn from(error: TaskError) -> Self {
        JsValue::from(&error)
    }
}

impl From<&TaskError> for JsValue {
    fn from(error: &TaskError) -> Self {
        let name = match error.kind() {
            ErrorKind::Cancelled => "AbortError",
            ErrorKind::TimedOut => "TimeoutError",
            _ => "TaskError",
        };
        let task = Some(error.task()).filter(|task| !task.is_empty());
        let value = js_sys::Error::new(&error.to_string()).into();
        let properties = [
            ("name", name.into()),
            ("kind", format!("{:?}", error.kind()).into()),
            ("task", task.into()),
            ("reason", error.message().into()),
            ("location", error.location().into()),
            ("worker", error.worker().into()),
            ("attempts", error.attempts().into()),
        ];
        set(&value, &properties);
        value
    }
}

impl From<AggregateError> for JsValue {
    fn from(error: AggregateError) -> Self {
        JsValue::from(&error)
    }
}

impl From<&AggregateError> for JsValue {
    fn from(error: &AggregateError) -> Self {
        let one = |(index, error): &(usize, TaskError)| {
            let value = JsValue::from(error);
            set(&value, &[("index", (*index as f64).into())]);
            value
        };
        let errors: Array = error.errors().iter().map(one).collect();
        let value = JsAggregate::new(&errors, &error.to_string()).into();
        set(&value, &[("needed", (error.needed() as f64).into())]);
        value
    }
}

fn set(object: &JsValue, properties: &[(&str, JsValue)]) {
    for (name, value) in properties {
        // A fresh error takes any property.
        let _ = Reflect::set(object, &(*name).into(), value);
    }
}
