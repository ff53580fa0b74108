using System.CommandLine;
using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using VampNet.Models;
using VampNet.Reporting.Plots;

namespace VampNet.Benchmarks;

/// <summary>Time and memory against the length and the number of pieces, for the coarse transformer and the codec.</summary>
internal static class GrowthBenchmark
{
    private const int BatchFrames = 173;
    private const int Hop = 768;
    private const double FramesPerSecond = 44100.0 / Hop;

    // Each part, what runs, and the lengths (frames, or pieces of BatchFrames).
    private static readonly Dictionary<string, (string Graph, int[] Sizes)> Parts = new(StringComparer.Ordinal)
    {
        ["coarse"] = (ModelFiles.Coarse, [50, 100, 200, 400, 574, 800, 1200, 2000]),
        ["batch"] = (ModelFiles.Coarse, [1, 2, 4, 8]),
        ["encode"] = (ModelFiles.CodecEncoder, [12, 29, 57, 115, 230, 574]),
        ["decode"] = (ModelFiles.CodecDecoder, [12, 29, 57, 115, 230, 574]),
        ["coarse-memory"] = (ModelFiles.Coarse, [50, 574, 1200, 2000]),
        ["encode-memory"] = (ModelFiles.CodecEncoder, [57, 230, 574]),
        ["decode-memory"] = (ModelFiles.CodecDecoder, [57, 230, 574]),
    };

    public static Command Command()
    {
        Option<string[]> models = new("--models")
        {
            DefaultValueFactory = _ => [],
            HelpName = "NAME=DIR",
            Description = "A folder of exported models of released size and what to call it; repeatable.",
        };
        Option<string[]> parts = new("--part")
        {
            DefaultValueFactory = _ => [.. Parts.Keys],
            AllowMultipleArgumentsPerToken = true,
            Description = "What to measure; all unless given.",
        };
        parts.AcceptOnlyFromAmong([.. Parts.Keys]);
        Option<int> runs = new("--runs")
        {
            DefaultValueFactory = _ => 3,
            HelpName = "N",
            Description = "How often to repeat; the fastest counts.",
        };
        Option<FileInfo> figures = new("--figures")
        {
            Required = true,
            HelpName = "FILE",
            Description = "A CSV file that figures are added to.",
        };
        Option<FileInfo?> plot = new("--plot") { HelpName = "FILE", Description = "Draw all figures of the CSV file as this PNG." };
        Command command = new("growth", "Measures how time and memory grow with length and number of pieces, and draws it.")
        {
            models,
            parts,
            runs,
            figures,
            plot,
        };
        command.SetAction(arguments =>
        {
            string file = arguments.GetRequiredValue(figures).FullName;
            (string, string)[] folders =
            [
                .. arguments.GetRequiredValue(models).Select(each => each.Split('=', 2)).Select(each => (each[0], each[^1])),
            ];
            foreach (string part in folders.Length > 0 ? arguments.GetRequiredValue(parts) : [])
            {
                Measure(part, folders, arguments.GetValue(runs), file);
            }

            if (arguments.GetValue(plot) is { } picture)
            {
                File.WriteAllBytes(picture.FullName, PanelPlot.Png(Panels([.. File.ReadLines(file).Select(Figure.Parse)])));
            }
        });
        return command;
    }

    private static void Measure(string part, (string Name, string Path)[] folders, int runs, string file)
    {
        (string graph, int[] sizes) = Parts[part];
        if (part.EndsWith("-memory", StringComparison.Ordinal))
        {
            foreach ((string name, string path) in folders)
            {
                foreach (int size in sizes)
                {
                    string measured = GraphMemory.Measure(Path.Combine(path, graph), size, Hop);
                    Keep(new Figure(part, name, size, double.Parse(measured.Split(' ')[0], CultureInfo.InvariantCulture)), file);
                }
            }

            return;
        }

        InferenceSession[] sessions = [.. folders.Select(folder => new InferenceSession(Path.Combine(folder.Path, graph)))];
        foreach (int size in sizes)
        {
            using OrtValue input =
                part == "batch" ? GraphBenchmark.Codes(sessions[0], size, BatchFrames) : GraphBenchmark.Input(sessions[0], size, Hop);
            Timings[] timings = GraphBenchmark.Measure(sessions, input, runs);
            for (int i = 0; i < folders.Length; i++)
            {
                Keep(new Figure(part, folders[i].Name, size, timings[i].Least), file);
            }
        }

        Array.ForEach(sessions, session => session.Dispose());
    }

    private static void Keep(Figure figure, string file)
    {
        Console.WriteLine(figure);
        File.AppendAllLines(file, [figure.ToString()]);
    }

    private static PlotPanel[] Panels(Figure[] figures) =>
        [
            new(
                "coarse, one pass",
                "T, token frames",
                "ms a frame",
                Lines(figures, ["coarse"], figure => (figure.Size, figure.Value * 1e3 / figure.Size))
            ),
            new(
                $"coarse, pieces of {BatchFrames} frames",
                "B, pieces side by side",
                "ms a frame",
                Lines(figures, ["batch"], figure => (figure.Size, figure.Value * 1e3 / (figure.Size * BatchFrames)))
            ),
            new(
                "codec",
                "seconds of audio at once",
                "seconds for a second of audio",
                Lines(
                    figures,
                    ["decode", "encode"],
                    figure => (figure.Size / FramesPerSecond, figure.Value / (figure.Size / FramesPerSecond))
                )
            ),
            new(
                "private memory at its peak, model included",
                "T, token frames at once",
                "MB",
                Lines(figures, ["coarse-memory", "decode-memory", "encode-memory"], figure => (figure.Size, figure.Value))
            ),
        ];

    private static (string, IReadOnlyList<(double, double)>)[] Lines(
        Figure[] figures,
        string[] parts,
        Func<Figure, (double, double)> place
    ) =>
        [
            .. figures
                .Where(figure => parts.Contains(figure.Part))
                .GroupBy(figure => (figure.Part, figure.Models))
                .Select(line =>
                    (
                        $"{line.Key.Part.Replace("-memory", "", StringComparison.Ordinal)}, {line.Key.Models}",
                        (IReadOnlyList<(double, double)>)
                            [
                                // Measured again: the fastest counts here too.
                                .. line.GroupBy(figure => figure.Size)
                                    .Select(same => same.MinBy(figure => figure.Value)!)
                                    .OrderBy(figure => figure.Size)
                                    .Select(place),
                            ]
                    )
                ),
        ];

    /// <summary>A line of the CSV file: seconds of a run, or megabytes.</summary>
    private sealed record Figure(string Part, string Models, int Size, double Value)
    {
        public static Figure Parse(string line)
        {
            string[] cells = line.Split(',');
            return new(
                cells[0],
                cells[1],
                int.Parse(cells[2], CultureInfo.InvariantCulture),
                double.Parse(cells[3], CultureInfo.InvariantCulture)
            );
        }

        public override string ToString() => FormattableString.Invariant($"{Part},{Models},{Size},{Value:0.####}");
    }
}
