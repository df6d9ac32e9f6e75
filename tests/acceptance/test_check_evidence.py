"""`refundbot check` tries out where evidence is kept."""

import re
from pathlib import Path

from tests.acceptance.running import Server, environment_for, run_command

NO_BUCKET = {
    "REFUNDBOT_ATTACHMENTS__STORE": "s3",
    "REFUNDBOT_ATTACHMENTS__S3__URL": "http://127.0.0.1:1",
    "REFUNDBOT_ATTACHMENTS__S3__BUCKET": "evidence",
    "REFUNDBOT_ATTACHMENTS__S3__ACCESS_KEY_ID": "key",
    "REFUNDBOT_ATTACHMENTS__S3__SECRET_ACCESS_KEY": "not to be told",
}


def test_check_says_whether_evidence_can_be_kept(server: Server, tmp_path: Path) -> None:
    well = server.command("check")
    settings = {"REFUNDBOT_DATA_DIR": str(server.data_dir), **NO_BUCKET}
    ill = run_command(("check",), environment_for(tmp_path, settings), check=False)

    assert re.search(r"evidence +ok", well.stdout)
    assert re.search(r"evidence +FAULT: ClientConnectorError", ill.stdout)
    assert ill.returncode == 1
    assert "not to be told" not in ill.stdout + ill.stderr
