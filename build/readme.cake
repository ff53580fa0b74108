// The figures of docs/demo.md and the picture of README.md come from the report of the demo models. Every run compares their rows and
// columns with the report's.
#load ReadmeFigures.cs

const string Figures = "docs/demo.md", Picture = "reports/demo.png", Strip = "reports/demo-sound.png";

void WriteReadme(BuildOptions options)
{
    if (!IsDemo(options))
    {
        throw new CakeException($"{Figures} shows the demo models. Run ./build.sh readme without other options.");
    }

    WriteText(Figures, ReadmeFigures.Replace(ReadText(Figures), ReadmeFigures.Table(ReadText($"{options.Reports}/report.json"))));
    CopyFile($"{options.Reports}/sound.png", Strip);
    string browser = new[] { "chromium", "chromium-browser", "google-chrome" }
        .FirstOrDefault(name => Context.Tools.Resolve(name) is not null);
    if (browser is null)
    {
        Warning($"Found no chromium on the PATH: {Picture} stays as it was.");
        return;
    }

    DirectoryPath profile = MakeAbsolute(Directory("./artifacts/browser"));
    int exitCode = StartProcess(Context.Tools.Resolve(browser), new ProcessSettings
    {
        Arguments = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --window-size=1100,1020 "
            + $"--user-data-dir=\"{profile}\" --screenshot=\"{Full(Picture)}\" \"{new Uri($"{options.Reports}/report.html").AbsoluteUri}\"",
        RedirectStandardError = true,
        RedirectedStandardErrorHandler = _ => null,
    });
    Console.WriteLine(exitCode == 0
        ? $"Wrote the figures of {Figures}, and {Picture}."
        : $"Wrote the figures of {Figures}; {browser} ended with exit code {exitCode}.");
}

// Figures may differ from machine to machine; rows, columns, schemes and units may not.
void CheckReadme(BuildOptions options)
{
    if (!IsDemo(options) || options.Asks("Readme"))
    {
        return;
    }

    string page = ReadText(Figures), table = ReadmeFigures.Table(ReadText($"{options.Reports}/report.json"));
    if (ReadmeFigures.Shape(page) != ReadmeFigures.Shape(ReadmeFigures.Replace(page, table)))
    {
        throw new CakeException(
            $"Found figures in {Figures} that the demo report no longer has. Run ./build.sh readme. The report has:\n{table}");
    }
}

static bool IsDemo(BuildOptions options) =>
    options is { Name: "demo", GraphTarget: null, Opset: null, Lora: null, Goal: null, Schemes: ["dynamic"] } && options.IsDemoModel
    && options.Input.FullPath.EndsWith("/checkpoints/demo/clip.wav");

string ReadText(string path) => System.IO.File.ReadAllText(Full(path));

void WriteText(string path, string text) => System.IO.File.WriteAllText(Full(path), text);
