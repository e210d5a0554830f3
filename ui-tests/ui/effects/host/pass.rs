//! Methods and variants called `call`, and what was agreed to.
#![allow(unused)]

mod read_chunk {
    pub fn call(_: u32) -> Vec<u8> {
        Vec::new()
    }
}

struct Phone(u32);

#[threader::pure]
impl Phone {
    fn call(&self) -> u32 {
        self.0
    }
}

#[threader::pure]
fn a_method(phone: &Phone) -> u32 {
    phone.call() + Phone::call(phone)
}

#[threader::pure]
fn call(x: u32) -> u32 {
    x
}

#[threader::pure]
fn a_function(host: u32) -> u32 {
    let chunk = |x: u32| x;
    call(chunk(host))
}

#[threader::task(allow(host), trust(read_chunk::call))]
fn agreed(id: u32) -> usize {
    read_chunk::call(id).len()
}

fn main() {
    assert_eq!(a_function(1), 1);
}
