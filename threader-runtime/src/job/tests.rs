use super::*;
use crate::codec;

struct Nothing;

impl Work<u32> for Nothing {
    fn run(self: Box<Self>) -> u32 {
        0
    }

    fn encode(&self, _: &mut Vec<u8>) -> Result<(), CodecError> {
        Ok(())
    }

    fn check(&self) -> Result<(), CodecError> {
        Ok(())
    }
}

fn job() -> Job<u32> {
    static INFO: Info = Info {
        id: 0,
        name: Some("job"),
        function: "job",
        source: 0,
        package: "",
        file: "",
        line: 0,
        wishes: Wishes::NONE,
    };
    let plan = Plan {
        info: &INFO,
        stub: |_| Ok(Vec::new()),
        function: &Function {
            path: || "job",
            decode: codec::decode::<u32>,
            check: codec::check::<u32>,
        },
    };
    Job::new(plan, Box::new(Nothing))
}

/// No alarm is set here, as where the thread that runs the job keeps the time as well.
#[test]
fn a_running_job_whose_time_is_over_is_in_vain_before_any_alarm() {
    for (timeout, in_vain) in [(Some(0), true), (Some(u64::MAX), false), (None, false)] {
        let job = job();
        job.wish(|wishes| wishes.timeout = timeout);
        assert!(!job.is_in_vain(), "it has not begun");
        assert!(lock(&job.state).begin("here", clock::now()));
        assert_eq!(job.is_in_vain(), in_vain, "{timeout:?}");
    }
}
