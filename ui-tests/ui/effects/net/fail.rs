//! Connections.
#![allow(unused)]

use std::net::{self, SocketAddr, TcpStream, ToSocketAddrs, UdpSocket};

mod reqwest {
    pub mod blocking {
        pub fn get(_: &str) -> String {
            String::new()
        }
    }
}
mod ureq {
    pub fn get(_: &str) -> Request {
        Request
    }
    pub struct Request;
    impl Request {
        pub fn call(self) -> u16 {
            200
        }
    }
}
mod rusqlite {
    pub struct Connection;
    impl Connection {
        pub fn open(_: &str) -> Connection {
            Connection
        }
    }
}

#[threader::task]
fn connects(address: &str) -> bool {
    std::net::TcpStream::connect(address).is_ok()
}

#[threader::pure]
fn connects_by_name(address: &str) -> bool {
    TcpStream::connect(address).is_ok()
}

#[threader::pure]
fn listens(address: SocketAddr) -> bool {
    net::TcpListener::bind(address).is_ok()
}

#[threader::pure]
fn binds() -> bool {
    UdpSocket::bind("127.0.0.1:0").is_ok()
}

#[threader::pure]
fn resolves(host: &str) -> Option<SocketAddr> {
    (host, 80).to_socket_addrs().ok()?.next()
}

#[threader::pure]
fn renamed(address: &str) -> bool {
    use std::net::TcpStream as Wire;
    Wire::connect(address).is_ok()
}

#[cfg(unix)]
#[threader::pure]
fn locally(path: &str) -> bool {
    std::os::unix::net::UnixStream::connect(path).is_ok()
}

#[threader::pure]
fn fetches(url: &str) -> usize {
    reqwest::blocking::get(url).len()
}

#[threader::pure]
fn fetches_otherwise(url: &str) -> bool {
    ureq::get(url).call() == 200
}

#[threader::pure]
fn as_a_value(addresses: &[String]) -> usize {
    addresses.iter().map(TcpStream::connect).filter(Result::is_ok).count()
}

fn main() {}
