namespace VampNet.Runtime.Audio.Formats;

/// <summary>The formats that are read without help from another program.</summary>
internal enum AudioFormat
{
    /// <summary>Unknown format.</summary>
    Unknown,

    /// <summary>RIFF WAVE.</summary>
    Wave,

    /// <summary>FLAC in its own container.</summary>
    Flac,

    /// <summary>Vorbis in Ogg.</summary>
    OggVorbis,

    /// <summary>MPEG audio: MP3 and its predecessors.</summary>
    Mpeg,

    /// <summary>AIFF with uncompressed samples.</summary>
    Aiff,
}
