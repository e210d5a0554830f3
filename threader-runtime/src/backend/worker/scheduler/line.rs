//! What one worker has been sent and has not answered: the frame that runs, and those behind it.

use std::collections::VecDeque;

use crate::job::JobKey;

/// The worker runs its frames in order and answers each one, so the first is the one that runs.
#[derive(Debug, Default)]
pub(super) struct Line {
    frames: VecDeque<Frame>,
    /// How many of those behind the first are wanted.
    wanted_behind: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Frame {
    pub(super) job: JobKey,
    /// Not cancelled, not taken back: this is the one place where the job is.
    pub(super) wanted: bool,
}

impl Line {
    pub(super) fn first(&self) -> Option<Frame> {
        self.frames.front().copied()
    }

    pub(super) fn push(&mut self, job: JobKey) {
        self.wanted_behind += usize::from(!self.frames.is_empty());
        self.frames.push_back(Frame { job, wanted: true });
    }

    pub(super) fn position(&self, job: JobKey) -> Option<usize> {
        self.frames.iter().position(|frame| frame.job == job)
    }

    /// Takes out the worker's frame of the job, and says how many are before it.
    pub(super) fn remove(&mut self, job: JobKey) -> Option<(usize, Frame)> {
        let index = self.position(job)?;
        let frame = self.frames.remove(index)?;
        self.recount();
        Some((index, frame))
    }

    pub(super) fn pop(&mut self) -> Option<Frame> {
        let frame = self.frames.pop_front()?;
        self.recount();
        Some(frame)
    }

    /// What the worker does about the job is in vain from now on. Says how many frames are before it.
    pub(super) fn give_up(&mut self, job: JobKey) -> Option<usize> {
        let index = self.position(job)?;
        self.frames[index].wanted = false;
        self.recount();
        Some(index)
    }

    /// Gives up the last `count` of those that have not begun, and says which, in their order.
    pub(super) fn give_up_last(&mut self, count: usize) -> Vec<JobKey> {
        let behind = self.frames.iter_mut().skip(1).rev();
        let mut jobs: Vec<JobKey> = behind
            .filter(|frame| frame.wanted)
            .take(count)
            .map(|frame| {
                frame.wanted = false;
                frame.job
            })
            .collect();
        jobs.reverse();
        self.recount();
        jobs
    }

    /// How many of the last ones that have not begun and are wanted are such, without a gap.
    pub(super) fn last_wanted(&self, such: impl Fn(JobKey) -> bool) -> usize {
        let behind = self.frames.iter().skip(1).rev();
        behind
            .filter(|frame| frame.wanted)
            .take_while(|frame| such(frame.job))
            .count()
    }

    pub(super) fn wanted_behind(&self) -> usize {
        self.wanted_behind
    }

    pub(super) fn len(&self) -> usize {
        self.frames.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Whether the job is in here and wanted.
    pub(super) fn wants(&self, job: JobKey) -> bool {
        let mut frames = self.frames.iter();
        frames.any(|frame| frame.wanted && frame.job == job)
    }

    /// Whether a frame in vain is of such a job.
    pub(super) fn has_in_vain(&self, such: impl Fn(JobKey) -> bool) -> bool {
        let mut frames = self.frames.iter();
        frames.any(|frame| !frame.wanted && such(frame.job))
    }

    pub(super) fn contains(&self, job: JobKey) -> bool {
        self.position(job).is_some()
    }

    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = Frame> {
        self.frames.iter().copied()
    }

    /// A line is short (`Settings::behind`), and every step through it costs a message at least.
    fn recount(&mut self) {
        let behind = self.frames.iter().skip(1);
        self.wanted_behind = behind.filter(|frame| frame.wanted).count();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(jobs: &[JobKey]) -> Line {
        let mut line = Line::default();
        jobs.iter().for_each(|job| line.push(*job));
        line
    }

    #[test]
    fn the_first_runs_and_the_others_are_behind() {
        let mut line = line(&[1, 2, 3]);
        assert_eq!(line.wanted_behind(), 2);
        assert_eq!(line.pop().map(|frame| frame.job), Some(1));
        assert_eq!((line.wanted_behind(), line.len()), (1, 2));
    }

    #[test]
    fn what_has_begun_is_not_given_up_with_the_last() {
        let mut line = line(&[1, 2, 3, 4]);
        line.give_up(3);
        assert_eq!(line.give_up_last(9), [2, 4]);
        assert_eq!(line.wanted_behind(), 0);
        assert_eq!(line.first().map(|frame| frame.wanted), Some(true));
        assert_eq!(line.len(), 4);
    }

    #[test]
    fn a_frame_is_found_wherever_it_is() {
        let mut line = line(&[1, 2, 3]);
        let (ahead, frame) = line.remove(3).expect("it is there");
        assert_eq!((ahead, frame.wanted), (2, true));
        assert_eq!(line.wanted_behind(), 1);
        assert!(line.remove(3).is_none() && !line.contains(3));
    }
}
