//! Assertions that return instead of panicking.

use threader::TaskError;

/// Ends the case with an error unless the condition holds.
macro_rules! check {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!("{}:{}: {}", file!(), line!(), format_args!($($text)+)).into());
        }
    };
}

/// Ends the case with an error that shows both sides unless they are equal.
macro_rules! check_eq {
    ($left:expr, $right:expr $(, $($text:tt)+)?) => {
        match (&$left, &$right) {
            (left, right) => $crate::check::check!(
                left == right,
                "`{}` is {left:?} and not {right:?}{}",
                stringify!($left),
                $crate::check::because(&[$(format!($($text)+))?])
            ),
        }
    };
}

/// Ends the case with an error unless the result failed with this `ErrorKind`; gives the `TaskError`.
macro_rules! check_fails {
    ($result:expr, $kind:ident) => {{
        let error = match $crate::check::failure($result) {
            Ok(error) => error,
            Err(text) => return Err(format!("{}:{}: {text}", file!(), line!()).into()),
        };
        $crate::check::check_eq!(error.kind(), threader::ErrorKind::$kind, "{error}");
        error
    }};
}

pub(crate) use {check, check_eq, check_fails};

/// The error of a result that has to be one.
pub(crate) fn failure<T>(result: Result<T, TaskError>) -> Result<TaskError, String> {
    match result {
        Ok(_) => Err("this had to fail, and it succeeded".to_owned()),
        Err(error) => Ok(error),
    }
}

/// The optional explanation behind a comparison.
pub(crate) fn because(text: &[String]) -> String {
    text.iter().map(|text| format!(" ({text})")).collect()
}
