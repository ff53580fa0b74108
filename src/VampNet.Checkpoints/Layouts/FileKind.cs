using System.Text;
using VampNet.Checkpoints.Storages;

namespace VampNet.Checkpoints.Layouts;

/// <summary>Recognizes file formats by their first bytes, and names known formats that are not checkpoints.</summary>
internal static class FileKind
{
    /// <summary>The first pickle of the legacy stream: protocol 2, the number 0x1950a86a20f9469cfc6c (torch/serialization.py,
    /// MAGIC_NUMBER).</summary>
    public static ReadOnlySpan<byte> LegacyMagic =>
        [0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.'];

    /// <summary>Detects the layout of the file. A zip archive may still turn out to be a torch.package.</summary>
    /// <exception cref="CheckpointException">VNC0101 to VNC0105: the file is no checkpoint.</exception>
    public static CheckpointLayout Detect(ByteSource source)
    {
        ReadOnlySpan<byte> head = source.Slice(0, Math.Min(source.Length, 512));
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("PK\u0005\u0006"u8))
        {
            return CheckpointLayout.ZipArchive;
        }

        if (head.StartsWith(LegacyMagic))
        {
            return CheckpointLayout.LegacyStream;
        }

        return head.Length > 8 && head[8] == '{' && new Zip.ZipFields(head).Int64(0) is >= 0 and < 1L << 40
            ? CheckpointLayout.SafeTensors
            : throw Refuse(head);
    }

    private static CheckpointException Refuse(ReadOnlySpan<byte> head)
    {
        const string Expected = "a checkpoint: a .pth file of torch.save or torch.package, or a .safetensors file";
        if (head.IsEmpty)
        {
            return new(CheckpointErrorIds.FileEmpty, "an empty file", Expected, "The download did not start; get the file again");
        }

        ReadOnlySpan<byte> text = head.TrimStart(" \t\r\n\uFEFF"u8);
        if (text.StartsWith("version https://git-lfs"u8))
        {
            return new(
                CheckpointErrorIds.LfsPointer,
                "a Git LFS pointer, which stands for the file",
                Expected,
                "Run 'git lfs pull', or download the file itself"
            );
        }

        if (text.StartsWith("<"u8))
        {
            return new(
                CheckpointErrorIds.WebPage,
                $"a web page: '{Excerpt(text)}'",
                Expected,
                "The download link gave a page instead of the file; open it in a browser to see why"
            );
        }

        return Name(head) is { } name
            ? new(CheckpointErrorIds.OtherFormat, name, Expected)
            : new(
                CheckpointErrorIds.UnknownFormat,
                $"bytes of no known kind: {Convert.ToHexStringLower(head[..Math.Min(head.Length, 16)])}",
                Expected,
                "Compare the file's size and SHA-256 with those of its source"
            );
    }

    private static string? Name(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 262 && head[257..262].SequenceEqual("ustar"u8))
        {
            return "a tar archive, the layout of PyTorch before 0.1.10";
        }

        return head switch
        {
            [0x1f, 0x8b, ..] => "a gzip file",
            [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => "an HDF5 file",
            [0x93, (byte)'N', (byte)'U', (byte)'M', ..] => "a NumPy array",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', ..] => "a RIFF file, perhaps audio",
            [(byte)'{' or (byte)'[', ..] => "JSON text",
            [0x80, >= 2 and <= 5, ..] => "a pickle that torch.save did not write",
            _ => null,
        };
    }

    private static string Excerpt(ReadOnlySpan<byte> text) =>
        string.Concat(Encoding.Latin1.GetString(text[..Math.Min(text.Length, 60)]).Select(c => char.IsControl(c) ? ' ' : c));
}
