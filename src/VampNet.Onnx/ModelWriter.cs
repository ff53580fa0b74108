using System.Collections.Immutable;
using VampNet.Files;
using VampNet.Onnx.Serialization;

namespace VampNet.Onnx;

/// <summary>
/// Writes ONNX models. Tensors are written one after the other, so that lazily produced ones are in memory one at a time.
/// Equal models give equal bytes.
/// </summary>
public static class ModelWriter
{
    /// <summary>The largest model that every protobuf library reads, in bytes: one less than 2 GiB.</summary>
    public const long MaxModelLength = int.MaxValue;

    /// <summary>
    /// Writes a model, and its large tensors beside it when options are given. At every moment there are all the earlier files, all the new
    /// ones, or no graph file.
    /// </summary>
    /// <param name="model">The model. It may be a view on the file that is replaced.</param>
    /// <param name="path">The .onnx file.</param>
    /// <param name="externalData">The tensors that go into a separate file; null for none.</param>
    /// <exception cref="OnnxException">The model exceeds 2 GB without external data (<see cref="DiagnosticIds.TooLargeForOneFile"/>), or a
    /// tensor cannot be produced.</exception>
    /// <exception cref="IOException">A file cannot be written; no file is left under a final name, nor a part of one under
    /// another.</exception>
    public static void Write(Model model, string path, ExternalDataOptions? externalData = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileSet files = new(path);
        string dataPath = DataPathOf(files, externalData);
        ModelLayout layout = ModelLayout.Of(model, externalData, Path.GetFileName(dataPath));
        CheckLength(layout);
        if (layout.External.Count > 0)
        {
            files.Write(dataPath, stream => WriteExternal(layout, stream));
        }

        files.Write(path, layout.Model.WriteTo);
        files.Publish();
    }

    /// <summary>
    /// Writes a model as <see cref="Write"/> does, and digests both files on the way. The weights are written first: what
    /// <paramref name="complete"/> changes in the model meanwhile may take as long to be known.
    /// </summary>
    /// <param name="model">The model. It may be a view on the very file that is replaced.</param>
    /// <param name="path">The .onnx file.</param>
    /// <param name="externalData">The tensors that go into a separate file; null for none.</param>
    /// <param name="complete">Called once, after the external file is written and before the model's: may change metadata, and must leave
    /// the initializers as they are. Null for nothing.</param>
    /// <returns>The model's file, and the file of its external data if there is one.</returns>
    /// <exception cref="OnnxException">The model exceeds 2 GB without external data (<see cref="DiagnosticIds.TooLargeForOneFile"/>), or a
    /// tensor cannot be produced.</exception>
    /// <exception cref="IOException">A file cannot be written; no file is left under a final name, nor a part of one under
    /// another.</exception>
    public static ImmutableArray<WrittenFile> WriteDigested(
        Model model,
        string path,
        ExternalDataOptions? externalData = null,
        Action? complete = null
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileSet files = new(path);
        string dataPath = DataPathOf(files, externalData);
        ModelLayout layout = ModelLayout.Of(model, externalData, Path.GetFileName(dataPath));
        CheckLength(layout);
        WrittenFile? data =
            layout.External.Count > 0 ? WriteDigested(files, dataPath, LongestLazy(layout), stream => WriteExternal(layout, stream)) : null;
        if (complete is not null)
        {
            complete();
            layout = ModelLayout.Of(model, externalData, Path.GetFileName(dataPath));
            CheckLength(layout);
        }

        WrittenFile graph = WriteDigested(files, path, 0, layout.Model.WriteTo);
        files.Publish();
        return data is null ? [graph] : [graph, data];
    }

    /// <summary>The model as one protobuf message, all tensors inline.</summary>
    /// <exception cref="OnnxException">The model exceeds 2 GB (<see cref="DiagnosticIds.TooLargeForOneFile"/>).</exception>
    public static byte[] ToBytes(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelLayout layout = ModelLayout.Of(model, null, "");
        CheckLength(layout);
        using MemoryStream stream = new((int)layout.Model.Length);
        layout.Model.WriteTo(stream);
        return stream.ToArray();
    }

    private static string DataPathOf(FileSet files, ExternalDataOptions? externalData) =>
        Path.Combine(Path.GetDirectoryName(files.First)!, externalData?.FileName ?? Path.GetFileName(files.First) + ".data");

    private static int LongestLazy(ModelLayout layout) =>
        checked((int)layout.External.Max(each => each.Data.TryGetSpan(out _) ? 0 : each.Data.ByteLength));

    private static WrittenFile WriteDigested(FileSet files, string path, int longest, Action<Stream> write)
    {
        WrittenFile? written = null;
        files.Write(
            path,
            stream =>
            {
                using DigestingStream digesting = new(stream, longest);
                write(digesting);
                string sha256 = digesting.Complete();
                written = new(Path.GetFileName(path), digesting.Length, sha256);
            }
        );
        return written!;
    }

    private static void CheckLength(ModelLayout layout)
    {
        if (layout.Model.Length > MaxModelLength)
        {
            throw new OnnxException(
                DiagnosticIds.TooLargeForOneFile,
                found: $"a model of {layout.Model.Length} bytes",
                expected: $"at most {MaxModelLength}, the limit of protobuf",
                advice: "Write it with external data"
            );
        }
    }

    private static void WriteExternal(ModelLayout layout, Stream stream)
    {
        Span<byte> zeros = stackalloc byte[256];
        zeros.Clear();
        foreach ((long offset, TensorData data) in layout.External)
        {
            while (stream.Position < offset)
            {
                stream.Write(zeros[..(int)Math.Min(zeros.Length, offset - stream.Position)]);
            }

            if (stream is DigestingStream digesting && !data.TryGetSpan(out _))
            {
                digesting.WriteFilled(checked((int)data.ByteLength), data, static (bytes, tensor) => tensor.CopyTo(bytes));
            }
            else
            {
                data.WriteTo(stream);
            }
        }
    }
}

/// <summary>A file that was written, measured on the way.</summary>
/// <param name="Name">Its name, without a folder.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">SHA-256 of its contents, 64 lower-case hexadecimal digits.</param>
public sealed record WrittenFile(string Name, long Length, string Sha256);
