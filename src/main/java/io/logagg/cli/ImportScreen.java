package io.logagg.cli;

import io.logagg.cli.screen.ProgressLine;
import io.logagg.cli.upload.FileImport;
import java.nio.file.Path;

/** What a person sees of an import. Thread-safe. */
final class ImportScreen implements FileImport.Listener {
  private final ProgressLine progress;
  private final RejectLog rejects;

  ImportScreen(ProgressLine progress, RejectLog rejects) {
    this.progress = progress;
    this.rejects = rejects;
  }

  @Override
  public void progress(String file, long readBytes, long allBytes, long records) {
    Path name = Path.of(file).getFileName();
    progress.show(
        new ProgressLine.State(
            name == null ? file : name.toString(), readBytes, allBytes, records));
  }

  @Override
  public void rejected(String file, long line, String error, byte[] text) {
    rejects.add(file, line, error, text);
  }

  @Override
  public void note(String text) {
    progress.tell("logagg: " + text);
  }
}
