//! Hole: a method belongs to a type that the macro does not see, so an unmarked one is taken as it is.
#![allow(unused)]

struct Counter(u32);

impl Counter {
    fn next(&mut self) -> u32 {
        println!("next");
        self.0 += 1;
        self.0
    }

    fn starting_at_the_clock() -> Counter {
        let seconds = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_secs());
        Counter(seconds as u32)
    }
}

trait Speak {
    fn speak(&self) -> u32;
}

impl Speak for u32 {
    fn speak(&self) -> u32 {
        println!("{self}");
        *self
    }
}

#[threader::task]
fn calls_a_method(x: u32) -> u32 {
    Counter(x).next()
}

#[threader::pure]
fn calls_a_function_of_a_type() -> u32 {
    Counter::starting_at_the_clock().0
}

#[threader::task]
fn calls_a_method_of_a_trait(x: u32) -> u32 {
    x.speak()
}

#[threader::pure]
fn calls_one_by_its_path(x: u32) -> u32 {
    Speak::speak(&x) + <u32 as Speak>::speak(&x)
}

#[threader::pure]
fn calls_one_of_a_parameter<T: Speak>(x: &T) -> u32 {
    x.speak() + T::speak(x)
}

#[threader::pure]
fn calls_one_of_an_object(x: &dyn Speak) -> u32 {
    x.speak()
}

fn main() {
    assert_eq!(calls_a_method(1), 2);
}
