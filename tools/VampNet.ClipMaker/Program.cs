using VampNet.ClipMaker;
using VampNet.Runtime.Audio;

// The clip that the demo vamps: a broken chord on plucked strings, two seconds, the same bytes every time.
const int SampleRate = 22050;
const double Seconds = 2;
double[] chord = [220.00, 261.63, 329.63, 440.00, 329.63, 261.63, 392.00, 329.63];

if (args is not [string path])
{
    Console.Error.WriteLine("Found no file name. Expected: VampNet.ClipMaker FILE.wav");
    return 2;
}

float[] track = new float[(int)(SampleRate * Seconds)];
Random random = new(1983);
for (int note = 0; note < chord.Length; note++)
{
    PluckedString.Add(track, note * track.Length / chord.Length, chord[note], SampleRate, random);
}

float peak = track.Max(Math.Abs);
using FileStream stream = File.Create(path);
WavWriter.Write(stream, new AudioClip(SampleRate, Array.ConvertAll(track, sample => sample * 0.8f / peak)), WavEncoding.Pcm16);
return 0;
