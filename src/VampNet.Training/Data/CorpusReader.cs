using VampNet.Runtime;

namespace VampNet.Training.Data;

/// <summary>Reads a folder of recordings, with all folders below it.</summary>
public static class CorpusReader
{
    /// <summary>Least duration of a usable recording, in seconds.</summary>
    public const double ShortestSeconds = 0.5;

    private static readonly HashSet<string> Extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ".wav",
        ".wave",
        ".flac",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
        ".aif",
        ".aiff",
        ".aifc",
        ".m4a",
        ".mp4",
        ".aac",
        ".wma",
    };

    /// <summary>Encodes the recordings of a folder. Files that cannot be used are listed with the reason; none is left out
    /// silently.</summary>
    /// <param name="folder">The folder. Files are taken as recordings by their extension.</param>
    /// <param name="encoder">Encodes them.</param>
    /// <param name="rate">The codec's frames per second.</param>
    /// <param name="progress">Receives the progress after each file, whether it can be used or not.</param>
    /// <param name="cancellationToken">Ends the work early; what is encoded stays in the store.</param>
    /// <exception cref="TrainingException">VNT0101: no such folder. VNT0102: no file in it is a recording. VNT0103: none can be
    /// used.</exception>
    public static async Task<Corpus> ReadAsync(
        string folder,
        PieceEncoder encoder,
        TokenRate rate,
        IProgress<CorpusProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(encoder);
        string[] names = List(folder);
        Dictionary<string, Piece> pieces = new(StringComparer.Ordinal);
        List<SkippedRecording> skipped = [];
        for (int i = 0; i < names.Length; i++)
        {
            progress?.Report(new(i, names.Length, names[i]));
            try
            {
                Piece piece = await encoder.EncodeAsync(Path.Combine(folder, names[i]), names[i], cancellationToken).ConfigureAwait(false);
                if (piece.Codes.Frames < rate.ToFrames(ShortestSeconds))
                {
                    skipped.Add(new(names[i], $"It is shorter than {ShortestSeconds:0.#} s."));
                }
                else if (!pieces.TryAdd(piece.Key, piece))
                {
                    skipped.Add(new(names[i], $"It has the same content as {pieces[piece.Key].Name}."));
                }
            }
            catch (RuntimeException e)
            {
                skipped.Add(new(names[i], e.Message));
            }
        }

        progress?.Report(new(names.Length, names.Length, ""));
        return pieces.Count > 0
            ? new Corpus([.. pieces.Values], [.. skipped], rate)
            : throw new TrainingException(
                TrainingErrorIds.NoUsableRecording,
                found: $"no usable recording among the {names.Length} in {folder}; the first: {skipped[0].Name}: {skipped[0].Reason}",
                expected: $"at least one with sound, {ShortestSeconds:0.#} s or longer",
                advice: "Replace or repair the files"
            );
    }

    private static string[] List(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new TrainingException(
                TrainingErrorIds.FolderMissing,
                found: $"no folder at {folder}",
                expected: "a folder of recordings",
                advice: "Check the name; for one file, name the folder it lies in"
            );
        }

        string[] names =
        [
            .. Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => Extensions.Contains(Path.GetExtension(path)))
                .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
                .Order(StringComparer.Ordinal),
        ];
        return names.Length > 0
            ? names
            : throw new TrainingException(
                TrainingErrorIds.NoRecordings,
                found: $"no recording in {folder} or below it",
                expected: $"files that end in {string.Join(", ", Extensions.Order())}"
            );
    }
}

/// <summary>The progress of encoding a folder of recordings.</summary>
/// <param name="Done">The files that are done.</param>
/// <param name="Total">All files.</param>
/// <param name="Name">The file that is encoded now; empty when all are done.</param>
public readonly record struct CorpusProgress(int Done, int Total, string Name);
