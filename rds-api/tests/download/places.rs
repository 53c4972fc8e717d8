//! Where a file comes from and where it goes.

use std::fs;

use rds_api::Network;
use rds_api::operations::backup::describe_binlog_files::BinLogFile;

use super::raw_server::RawServer;
use super::storage::{Act, EVERYTHING, Tells, storage};
use super::*;

#[tokio::test]
async fn nothing_is_replaced_without_being_told() {
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[]);
    let backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("b");
    let download = || client.download(INSTANCE, &backup);

    fs::write(&path, "mine").unwrap();
    assert_kind(&download().save_as(&path).await.unwrap_err(), ErrorKind::Input, "is there already");
    assert_eq!((fs::read(&path).unwrap(), server.requests().len()), (b"mine".to_vec(), 0));
    download().overwrite().save_as(&path).await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), content);

    // What comes while the download is under way is kept, too.
    let late = directory.path().join("late");
    let written = late.clone();
    let saving = download().with_progress(move |progress| {
        if progress.bytes == 1000 {
            fs::write(&written, "mine").unwrap();
        }
    });
    assert_kind(&saving.save_as(&late).await.unwrap_err(), ErrorKind::Input, "is there already");
    assert_eq!(fs::read(&late).unwrap(), b"mine");

    for wrong in [directory.path().to_owned(), directory.path().join("no/such/directory")] {
        let error = download().overwrite().save_as(&wrong).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Input | ErrorKind::File), "{error}");
        assert!(error.to_string().contains(&*wrong.display().to_string()), "{error}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_user_may_read_a_backup_and_no_link_leads_it_elsewhere() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[]);
    let backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let saved = client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap();
    assert_eq!(fs::metadata(saved.path).unwrap().permissions().mode() & 0o777, 0o600);
    let (victim, path) = (directory.path().join("victim"), directory.path().join("b"));
    fs::write(&victim, "mine").unwrap();
    symlink(&victim, directory.path().join("b.part")).unwrap();
    let error = client.download(INSTANCE, &backup).save_as(&path).await.unwrap_err();
    assert_kind(&error, ErrorKind::File, "is no file");
    assert_eq!(fs::read(&victim).unwrap(), b"mine");
    // Nor does one in the place of the file itself.
    fs::remove_file(directory.path().join("b.part")).unwrap();
    symlink(&victim, &path).unwrap();
    client.download(INSTANCE, &backup).overwrite().save_as(&path).await.unwrap();
    assert_eq!((fs::read(&victim).unwrap(), fs::read(&path).unwrap()), (b"mine".to_vec(), content));
}

/// In the place of the file, of its part, of the record, and of the new record.
#[cfg(unix)]
#[tokio::test]
async fn whatever_stands_beside_a_download_is_left_alone_and_only_the_user_can_read_what_comes() {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[]);
    let backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    for name in ["b", "b.part", "b.part.json", "b.part.json.new"] {
        for what in [
            "a file for all",
            "another name",
            "a link",
            "a link to nowhere",
            "a pipe",
            "a directory",
            "a device",
        ] {
            for overwrites in [false, true] {
                let directory = tempfile::tempdir().unwrap();
                let [path, place, victim, nowhere] =
                    ["b", name, "victim", "nowhere"].map(|name| directory.path().join(name));
                fs::write(&victim, "mine").unwrap();
                match what {
                    "a file for all" => {
                        fs::write(&place, "mine").unwrap();
                        fs::set_permissions(&place, fs::Permissions::from_mode(0o666)).unwrap();
                    }
                    "another name" => fs::hard_link(&victim, &place).unwrap(),
                    "a link" => symlink(&victim, &place).unwrap(),
                    "a link to nowhere" => symlink(&nowhere, &place).unwrap(),
                    "a pipe" => {
                        let made = std::process::Command::new("mkfifo").arg(&place).status();
                        assert!(made.unwrap().success());
                    }
                    "a directory" => fs::create_dir(&place).unwrap(),
                    _ => symlink("/dev/null", &place).unwrap(),
                }
                let download = client.download(INSTANCE, &backup).with_retry(RetryPolicy::none());
                let download = if overwrites { download.overwrite() } else { download };
                let result = download.save_as(&path).await;
                let at = format!("{what} at {name}, {overwrites}: {result:?}");
                assert_eq!(fs::read(&victim).unwrap(), b"mine", "{at}");
                assert!(!nowhere.exists(), "{at}");
                let is_taken = name == "b" && (!overwrites || ["a pipe", "a directory"].contains(&what));
                let is_blocked = name == "b.part" && what != "a file for all";
                let is_held = name.starts_with("b.part.json") && what == "a directory";
                match &result {
                    Ok(_) => {
                        let metadata = fs::symlink_metadata(&path).unwrap();
                        assert_eq!(fs::read(&path).unwrap(), content, "{at}");
                        assert!(metadata.is_file() && metadata.nlink() == 1, "{at}");
                        assert_eq!(metadata.mode() & 0o777, 0o600, "{at}");
                    }
                    Err(error) if is_taken => assert_kind(error, ErrorKind::Input, "b"),
                    Err(error) => assert_kind(error, ErrorKind::File, "cannot be written"),
                }
                assert_eq!(result.is_err(), is_taken || is_blocked || is_held, "{at}");
            }
        }
    }
}

#[tokio::test]
async fn the_storage_is_told_nothing_of_the_account() {
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[Act::Cut(5)]);
    let backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap();
    for request in server.requests() {
        let mut names: Vec<_> =
            request.lines().skip(1).filter_map(|it| it.split_once(':')).map(|it| it.0).collect();
        names.retain(|name| !["range", "if-range"].contains(name));
        names.sort_unstable();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
        assert!(request.contains("accept-encoding: identity"));
    }
}

#[tokio::test]
async fn the_address_is_that_of_the_network() {
    let content = content(1000);
    let (public, internal) = (storage(&content, EVERYTHING, &[]), storage(&content, EVERYTHING, &[]));
    let mut both = backup(&public.endpoint, &content);
    both.backup_intranet_download_url =
        Some(format!("{}/b/internal.xb?Signature={SIGNATURE}", internal.endpoint));
    let mut only_internal = both.clone();
    only_internal.backup_download_url = Some(String::new());
    let mut none = only_internal.clone();
    none.backup_intranet_download_url = None;
    let (_service, client) = service_with(&both);
    let counts =
        |public: &RawServer, internal: &RawServer| (public.requests().len(), internal.requests().len());
    for (backup, network, expected, counted) in [
        (&both, None, Ok(()), (1, 0)),
        (&both, Some(Network::Public), Ok(()), (2, 0)),
        (&both, Some(Network::Vpc), Ok(()), (2, 1)),
        (&both, Some(Network::Named("internal".to_owned())), Ok(()), (2, 2)),
        (&only_internal, None, Ok(()), (2, 3)),
        (&only_internal, Some(Network::Public), Err("gives no address for the internet"), (2, 3)),
        (&none, None, Err("gives no address to download it from"), (2, 3)),
        (&none, Some(Network::Vpc), Err("gives no address for the internal network"), (2, 3)),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut download = client.download(INSTANCE, backup);
        if let Some(network) = network {
            download = download.with_network(network);
        }
        let result = download.save_as(directory.path().join("b")).await;
        match (&result, expected) {
            (Ok(_), Ok(())) => {}
            (Err(error), Err(says)) => assert_kind(error, ErrorKind::Input, says),
            (result, expected) => panic!("{result:?} is not {expected:?}"),
        }
        assert_eq!(counts(&public, &internal), counted);
    }
}

#[tokio::test]
async fn an_address_of_plain_http_is_not_called_unless_that_is_allowed() {
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[]);
    let backup = backup(&server.endpoint, &content);
    let client =
        Client::builder().region("cn-hangzhou").credentials(rds_api::Credentials::new("id", "secret"));
    let client = client.no_proxy().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let error = client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap_err();
    assert_kind(&error, ErrorKind::Response, "is not encrypted");
    assert_eq!(server.connections(), 0);
    client.download(INSTANCE, &backup).allow_plain_http().save_in(directory.path()).await.unwrap();
}

#[tokio::test]
async fn names_of_others_lead_out_of_no_directory() {
    let content = content(1000);
    let server = storage(&content, EVERYTHING, &[]);
    let (_service, client) = service_with(&backup(&server.endpoint, &content));
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("inside");
    fs::create_dir(&inside).unwrap();
    for (name, expected) in [
        ("mysql-bin.000001", "rm-1_17_mysql-bin.000001"),
        ("../../escaped", "rm-1_17_.._.._escaped"),
        ("a\u{1b}[2J\n/b", "rm-1_17_a__2J__b"),
    ] {
        let mut log = BinLogFile::default();
        log.log_file_name = Some(name.to_owned());
        log.host_instance_id = Some("17".to_owned());
        log.download_link = Some(format!("{}/x?Signature={SIGNATURE}", server.endpoint));
        log.file_size = Some(1000);
        let saved = client.download("rm-1", &log).save_in(&inside).await.unwrap();
        assert_eq!(saved.path, inside.join(expected));
        assert_eq!(client.download("rm-1", &log).file_name().unwrap(), expected);
    }
    assert_eq!(names(directory.path()), ["inside"]);
    let mut nameless = backup(&server.endpoint, &content);
    nameless.backup_download_url = Some(format!("{}/..?Signature={SIGNATURE}", server.endpoint));
    let error = client.download("rm-1", &nameless).save_in(&inside).await.unwrap_err();
    assert_kind(&error, ErrorKind::Input, "give it one with `save_as`");
}

#[tokio::test]
async fn what_nobody_vouches_for_is_not_taken_for_the_file() {
    let content = content(1000);
    let tells = Tells { etag: true, checksum: false };
    let server = storage(&content, tells, &[Act::Page, Act::Page, Act::GiveChunked]);
    let mut unknown = backup(&server.endpoint, &content);
    (unknown.backup_size, unknown.checksum) = (None, None);
    let (_service, client) = service_with(&unknown);
    let directory = tempfile::tempdir().unwrap();
    let download = || client.download(INSTANCE, &unknown);
    let error = download().save_in(directory.path()).await.unwrap_err();
    assert_kind(&error, ErrorKind::Response, "neither the service nor the storage says what it should be");
    assert_eq!(names(directory.path()), [""; 0]);
    let saved = download().without_verification().overwrite().save_in(directory.path()).await.unwrap();
    assert_eq!((saved.bytes, saved.has_size_of_service, saved.has_known_checksum), (61, false, false));
    let endless = download().without_verification().overwrite().save_in(directory.path()).await.unwrap_err();
    assert_kind(&endless, ErrorKind::Response, "says how many bytes it has");

    // What is listed wrongly can be had all the same.
    let server = storage(&content, EVERYTHING, &[Act::Give; 5]);
    let mut wrong = backup(&server.endpoint, &content);
    (wrong.backup_size, wrong.checksum) = (Some(7), Some("7".to_owned()));
    let (_service, client) = service_with(&wrong);
    let path = directory.path().join("wrong");
    let error = client.download(INSTANCE, &wrong).save_as(&path).await.unwrap_err();
    assert_kind(&error, ErrorKind::Response, "says that it has 7 bytes, and the storage 1000");
    client.download(INSTANCE, &wrong).without_verification().save_as(&path).await.unwrap();
    assert_eq!(fs::read(&path).unwrap(), content);
}
