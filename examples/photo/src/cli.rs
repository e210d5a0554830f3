//! The program for a terminal.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use photo::{pipeline, report};

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

const PHOTOS: [&str; 3] = ["hubble_deep_field.jpg", "coffee.png", "astronaut.png"];

/// What the command line asks for.
#[derive(Default)]
pub(crate) struct Options {
    json: Option<PathBuf>,
    out: Option<PathBuf>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options::default();
        while let Some(argument) = arguments.next() {
            let target = match argument.as_str() {
                "--json" => &mut options.json,
                "--out" => &mut options.out,
                _ => return Err(format!("`{argument}`: known are --json FILE, --out DIR").into()),
            };
            let value = arguments
                .next()
                .ok_or_else(|| format!("`{argument}` needs a path"))?;
            *target = Some(value.into());
        }
        Ok(options)
    }
}

pub(crate) async fn run(options: Options) -> Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data");
    let mut photos = Vec::new();
    for file in PHOTOS {
        let path = data.join(file);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let photo = pipeline::decode(&bytes)?;
        let name = Path::new(file).with_extension("png").display().to_string();

        let bar = ProgressBar::new(0).with_message(name.clone());
        bar.set_style(ProgressStyle::with_template(
            "{msg:>22} [{wide_bar}] {pos}/{len} tiles {elapsed}",
        )?);
        let parallel = pipeline::parallel(&photo, |done, total| {
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        })
        .await?;
        bar.finish();

        let sequential = pipeline::sequential(&photo);
        if sequential != parallel {
            return Err(format!("{name}: sequential and parallel differ").into());
        }
        if let Some(out) = &options.out {
            for (folder, developed) in [("sequential", &sequential), ("parallel", &parallel)] {
                fs::create_dir_all(out.join(folder))?;
                fs::write(out.join(folder).join(&name), pipeline::encode(developed)?)?;
            }
        }
        photos.push((name, photo));
    }

    let report = report::measure(&photos, report::raw_round_trip_us()).await?;
    let speed_up = report.sequential_ms / report.parallel_ms;
    println!("{} workers ({})", report.workers, report.backend);
    println!("  sequential    {:8.1} ms", report.sequential_ms);
    println!("  parallel      {:8.1} ms", report.parallel_ms);
    println!("  speed-up      {speed_up:8.2}");
    println!("  empty task    {:8.1} µs", report.round_trip_us);
    println!("  two channels  {:8.1} µs", report.raw_round_trip_us);
    if let Some(file) = options.json {
        fs::write(file, serde_json::to_string_pretty(&report)? + "\n")?;
    }
    Ok(())
}
