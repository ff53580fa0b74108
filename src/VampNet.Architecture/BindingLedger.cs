using System.Collections.Immutable;
using System.Text.Json;
using VampNet.Checkpoints;

namespace VampNet.Architecture;

/// <summary>
/// The account of a binding: one row per checkpoint tensor, used or ignored with a reason. Immutable. Digests are computed
/// when asked for, since they read every element.
/// </summary>
public sealed class BindingLedger
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, NewLine = "\n" };

    internal BindingLedger(ImmutableArray<LedgerRow> rows) => Rows = rows;

    /// <summary>One row per tensor, file by file, in the order of each file. Of the codec, a transformer's ledger holds only the tables it
    /// uses.</summary>
    public ImmutableArray<LedgerRow> Rows { get; }

    /// <summary>
    /// The ledger after a consumer has used the weights: destinations become the consumer's names, and transforms include its own.
    /// </summary>
    /// <param name="deliveries">Every weight that was consumed, under the name it was given.</param>
    /// <exception cref="ArchitectureException">VNA0302: the source of a bound weight is in no delivery.</exception>
    public BindingLedger Deliver(IEnumerable<KeyValuePair<string, BoundWeight>> deliveries)
    {
        ILookup<CheckpointTensor, KeyValuePair<string, BoundWeight>> bySource = deliveries
            .SelectMany(delivery => delivery.Value.Sources.Select(source => (source, delivery)))
            .ToLookup(pair => pair.source, pair => pair.delivery);
        ImmutableArray<LedgerRow> rows =
        [
            .. Rows.Select(row =>
                row.IgnoredBecause is not null
                    ? row
                    : row with
                    {
                        Destinations = [.. bySource[row.Tensor].Select(delivery => delivery.Key)],
                        Transforms = [.. bySource[row.Tensor].SelectMany(delivery => delivery.Value.Transforms).Distinct()],
                    }
            ),
        ];
        LedgerRow[] lost = [.. rows.Where(row => row.IgnoredBecause is null && row.Destinations.IsEmpty)];
        return lost.Length == 0
            ? new BindingLedger(rows)
            : throw new ArchitectureException(
                ArchitectureErrorIds.TensorUnused,
                found: $"{lost.Length} bound tensors that were used nowhere: {string.Join(", ", lost.Select(row => row.Tensor.Name))}",
                expected: "every bound tensor in the model",
                advice: "The part that should read them is incomplete"
            );
    }

    /// <summary>
    /// The ledger as an indented JSON array in UTF-8, one object per row: origin, file, tensor, dtype, shape, xxh128, mean_abs,
    /// transforms, destinations, and for tensors left out ignored_because. Equal files of equal names give equal bytes. Reads every tensor.
    /// </summary>
    public byte[] ToUtf8Json()
    {
        var digests = new (string XxHash128, double MeanAbsolute)[Rows.Length];
        Parallel.For(0, Rows.Length, i => digests[i] = (Rows[i].ComputeXxHash128(), Rows[i].ComputeMeanAbsolute()));
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Indented))
        {
            json.WriteStartArray();
            for (int i = 0; i < Rows.Length; i++)
            {
                Write(json, Rows[i], digests[i].XxHash128, digests[i].MeanAbsolute);
            }

            json.WriteEndArray();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, LedgerRow row, string xxHash128, double meanAbsolute)
    {
        json.WriteStartObject();
        json.WriteString("origin", row.Origin);
        json.WriteString("file", row.File);
        json.WriteString("tensor", row.Tensor.Name);
        json.WriteString("dtype", row.Tensor.ElementType.ToString().ToLowerInvariant());
        json.WriteStartArray("shape");
        foreach (long dimension in row.Tensor.Shape)
        {
            json.WriteNumberValue(dimension);
        }

        json.WriteEndArray();
        json.WriteString("xxh128", xxHash128);
        if (double.IsFinite(meanAbsolute))
        {
            json.WriteNumber("mean_abs", meanAbsolute);
        }
        else
        {
            json.WriteString("mean_abs", double.IsNaN(meanAbsolute) ? "NaN" : "Infinity");
        }

        WriteTexts(json, "transforms", row.Transforms);
        WriteTexts(json, "destinations", row.Destinations);
        if (row.IgnoredBecause is not null)
        {
            json.WriteString("ignored_because", row.IgnoredBecause);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
