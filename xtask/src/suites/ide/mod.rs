//! What an editor shows of the macros: a session of rust-analyzer with a small crate, see `fixture.rs`.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use self::lsp::Client;
use super::Tally;
use crate::{
    proc::command,
    tools::{self, Workspace},
};

mod lsp;

const FIXTURE: &str = include_str!("fixture.rs");
/// Longer than loading and compiling the crate's dependencies take on a slow machine.
const GUARD: Duration = Duration::from_secs(500);

/// `DiagnosticSeverity.Error` of the protocol.
const ERROR: u64 = 1;

type Check = fn(&mut Session) -> Result<()>;

const CHECKS: [(&str, Check); 8] = [
    (
        "a_macro_s_error_is_shown_on_the_offending_token",
        |session| {
            let shown = &session.diagnostics;
            ensure!(
                shown.len() == 1,
                "{} errors are shown: {shown:#?}",
                shown.len()
            );
            let start = position(FIXTURE, "tile: &mut Tile", "&mut")?;
            ensure!(
                shown[0]["range"]["start"] == start,
                "{start} expected, shown is {:#}",
                shown[0]
            );
            Ok(())
        },
    ),
    ("fields_are_offered_behind_the_dot_in_prepare", |session| {
        session.completes("prepare!(render(tile.clone(), tile.", "width")
    }),
    ("fields_are_offered_behind_the_dot_in_all", |session| {
        session.completes(
            "render(tile.clone(), 1), render(tile.clone(), tile.",
            "width",
        )
    }),
    ("locals_are_offered_in_an_argument_of_prepare", |session| {
        session.completes("prepare!(render(tile.clone(), lum", "luminance")
    }),
    ("the_type_of_an_argument_is_known", |session| {
        let hover = session.hover("prepare!(render(tile.clone(), luminance))", "luminance")?;
        ensure!(hover.contains("let luminance: u32"), "{hover}");
        Ok(())
    }),
    (
        "the_function_in_prepare_leads_first_to_its_definition",
        |session| session.leads_to("prepare!(render(", "render", "pub fn render("),
    ),
    (
        "the_function_in_all_leads_first_to_its_definition",
        |session| session.leads_to("all!(render(", "render", "pub fn render("),
    ),
    ("the_function_in_prepare_shows_its_docs", |session| {
        let hover = session.hover("prepare!(render(", "render")?;
        ensure!(hover.contains("Paints the tile in one shade."), "{hover}");
        Ok(())
    }),
];

pub(crate) fn run(workspace: &Workspace, tally: &mut Tally) -> Result<()> {
    let mut session = Session::open(workspace)?;
    for (sentence, check) in CHECKS {
        let name = format!("ide::{sentence}");
        match check(&mut session) {
            Ok(()) => tally.pass(&name),
            Err(error) => tally.fail(&name, &format!("{error:#}")),
        }
    }
    session.close()
}

/// `file://…`, with everything but letters, digits and `/-_.~` as `%XX` (RFC 3986, section 2.3).
fn file_uri(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                uri.push(byte.into());
            }
            other => uri += &format!("%{other:02X}"),
        }
    }
    uri
}

/// The fixture, open in a server that has nothing left to do.
struct Session {
    client: Client,
    uri: String,
    version: u64,
    /// The errors that are shown in the fixture.
    diagnostics: Vec<Value>,
}

impl Session {
    fn open(workspace: &Workspace) -> Result<Session> {
        let folder = fixture(workspace)?;
        let uri = |path: &str| file_uri(&folder.join(path));
        let server = tools::rust_analyzer().context("there is no rust-analyzer")?;
        // Not into the target directory of the checkout, where another Cargo may be waiting for this one.
        let mut command = command(server);
        command.current_dir(&folder).env_remove("CARGO_TARGET_DIR");
        let mut client = Client::start(&mut command, GUARD)?;
        client.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "rootUri": uri(""),
                "capabilities": {
                    "experimental": {"serverStatusNotification": true},
                    "textDocument": {"hover": {"contentFormat": ["plaintext"]}},
                },
                "initializationOptions": {
                    // Only the server's own errors: those are the ones that appear while one types.
                    "checkOnSave": false,
                    "cachePriming": {"enable": false},
                },
            }),
        )?;
        client.notify("initialized", &json!({}))?;
        let uri = uri("src/lib.rs");
        client.notify(
            "textDocument/didOpen",
            &json!({"textDocument": {"uri": uri, "languageId": "rust", "version": 1, "text": FIXTURE}}),
        )?;

        // The errors of macros come when they are expanded: from then on every answer knows the expansions.
        let (mut status, mut diagnostics) = (Value::Null, Vec::new());
        client.wait(
            "rust-analyzer loads the crate and shows an error",
            |message| {
                let params = &message["params"];
                match message["method"].as_str() {
                    Some("experimental/serverStatus") => status = params.clone(),
                    Some("textDocument/publishDiagnostics") if params["uri"] == uri => {
                        diagnostics = params["diagnostics"]
                            .as_array()
                            .cloned()
                            .unwrap_or_default();
                        diagnostics.retain(|shown| shown["severity"] == ERROR);
                    }
                    _ => {}
                }
                let is_expanded = diagnostics
                    .iter()
                    .any(|shown| shown["code"] == "macro-error");
                status["quiescent"] == true && (is_expanded || status["health"] == "error")
            },
        )?;
        ensure!(
            status["health"] != "error",
            "rust-analyzer cannot load the crate: {}",
            status["message"]
        );
        Ok(Session {
            client,
            uri,
            version: 1,
            diagnostics,
        })
    }

    fn close(mut self) -> Result<()> {
        self.client.request("shutdown", &Value::Null)?;
        self.client.notify("exit", &Value::Null)
    }

    /// Types the last part of `written` anew, up to its end, and looks for `label` among what is offered there.
    fn completes(&mut self, written: &str, label: &str) -> Result<()> {
        let (before, _) = written
            .rsplit_once(", ")
            .context("an argument is typed behind another")?;
        let start = FIXTURE
            .find(before)
            .with_context(|| format!("not in the fixture: {before}"))?;
        let end = start + before.len();
        let rest = FIXTURE[end..].find(')').context("the call ends")?;
        let edited = format!("{}{written}{}", &FIXTURE[..start], &FIXTURE[end + rest..]);
        self.show(&edited)?;
        let place = json!({
            "textDocument": {"uri": self.uri},
            "position": at(&edited, start + written.len()),
        });
        let answer = self.client.request("textDocument/completion", &place);
        self.show(FIXTURE)?;
        let answer = answer?;
        let items = answer["items"].as_array().or(answer.as_array());
        let labels: Vec<_> = items
            .into_iter()
            .flatten()
            .filter_map(|item| item["label"].as_str())
            .collect();
        // With more text behind it where a type or arguments are shown.
        let is_wanted =
            |offered: &&str| offered.split(|c: char| !c.is_alphanumeric()).next() == Some(label);
        ensure!(
            labels.iter().any(is_wanted),
            "`{label}` is not among the {} offered: {}",
            labels.len(),
            labels
                .iter()
                .take(12)
                .copied()
                .collect::<Vec<_>>()
                .join(", ")
        );
        Ok(())
    }

    fn hover(&mut self, written: &str, token: &str) -> Result<String> {
        let place = self.place(written, token)?;
        let answer = self.client.request("textDocument/hover", &place)?;
        let text = answer["contents"]["value"].as_str();
        Ok(text
            .with_context(|| format!("nothing is known of `{token}`"))?
            .to_owned())
    }

    /// The first of the places that are named, which is where most editors go; others may follow.
    fn leads_to(&mut self, written: &str, token: &str, definition: &str) -> Result<()> {
        let place = self.place(written, token)?;
        let answer = self.client.request("textDocument/definition", &place)?;
        let first = answer.get(0).unwrap_or(&answer);
        let wanted = position(FIXTURE, definition, token)?;
        ensure!(
            first["uri"] == self.uri && first["range"]["start"] == wanted,
            "{wanted} expected, it leads to {answer}"
        );
        Ok(())
    }

    fn place(&self, written: &str, token: &str) -> Result<Value> {
        let position = position(FIXTURE, written, token)?;
        Ok(json!({"textDocument": {"uri": self.uri}, "position": position}))
    }

    fn show(&mut self, text: &str) -> Result<()> {
        self.version += 1;
        let change = json!({
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"text": text}],
        });
        self.client.notify("textDocument/didChange", &change)
    }
}

/// Where `token` starts in the first `written` of the text.
fn position(text: &str, written: &str, token: &str) -> Result<Value> {
    let found = text.find(written).zip(written.rfind(token));
    let (start, inside) = found.with_context(|| format!("not in the fixture: {written}"))?;
    Ok(at(text, start + inside))
}

/// The fixture is ASCII: bytes are the protocol's UTF-16 units.
fn at(text: &str, offset: usize) -> Value {
    let before = &text[..offset];
    let line = before.matches('\n').count();
    let column = offset - before.rfind('\n').map_or(0, |newline| newline + 1);
    json!({"line": line, "character": column})
}

/// A workspace of its own below the target directory, with the toolchain and the versions of this one.
fn fixture(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("ide-fixture");
    fs::create_dir_all(folder.join("src"))?;
    for file in ["Cargo.lock", "rust-toolchain.toml"] {
        fs::copy(workspace.root.join(file), folder.join(file))?;
    }
    let threader = workspace.root.join("threader");
    fs::write(
        folder.join("Cargo.toml"),
        format!(
            "[package]\nname = \"fixture\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\nthreader = {{ path = {threader:?} }}\nserde = {{ version = \"1\", features = [\"derive\"] }}\n"
        ),
    )?;
    fs::write(folder.join("src/lib.rs"), FIXTURE)?;
    Ok(folder)
}
