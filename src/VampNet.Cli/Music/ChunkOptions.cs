using System.CommandLine;
using VampNet.Models;
using VampNet.Runtime;

namespace VampNet.Cli.Music;

/// <summary>The options that say how much music each transformer sees at once. Forks are trained on other lengths than upstream, and their
/// exports say so in the manifest.</summary>
internal sealed class ChunkOptions
{
    /// <summary>The range of a chunk's length in seconds.</summary>
    public const double Shortest = 0.1,
        Longest = 600;

    private readonly Option<double?> _coarse = NumberOption.RealOrNone(
        "--coarse-chunk",
        Shortest,
        Longest,
        "Let the coarse model see SECONDS of music at once. Absent: as the models' manifest says, or 10.",
        "SECONDS"
    );
    private readonly Option<double?> _fine = NumberOption.RealOrNone(
        "--fine-chunk",
        Shortest,
        Longest,
        "Let the fine model see SECONDS of music at once. Absent: as the models' manifest says, or 3.",
        "SECONDS"
    );

    /// <summary>Every option of this class.</summary>
    public IEnumerable<Option> All => [_coarse, _fine];

    /// <summary>The runtime's options with the values of a command line, or else a folder of models.</summary>
    /// <exception cref="ModelsException">The folder's manifest is damaged.</exception>
    public VampOptions Read(ParseResult arguments, VampOptions options, string modelsFolder)
    {
        string path = Path.Combine(modelsFolder, ModelManifest.FileName);
        IReadOnlyDictionary<string, ManifestModel>? models = File.Exists(path) ? ModelManifest.Read(path).Models : null;
        return options with
        {
            CoarseChunkSeconds = arguments.GetValue(_coarse) ?? Stated("coarse") ?? options.CoarseChunkSeconds,
            FineChunkSeconds = arguments.GetValue(_fine) ?? Stated("c2f") ?? options.FineChunkSeconds,
        };

        // A manifest edited by hand may hold any value; one that is out of range is refused with the other options.
        double? Stated(string model) => models?.GetValueOrDefault(model)?.ChunkSeconds;
    }
}
