<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>Activity</name>
    <message numerus="yes">
        <source>%Ln picture(s) classified, {review} to review.</source>
        <translation>
            <numerusform>%Ln picture classified, {review} to review.</numerusform>
            <numerusform>%Ln pictures classified, {review} to review.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClassCard</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln example</numerusform>
            <numerusform>%Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message numerus="yes">
        <source>Stopped. {key} goes on with the %Ln picture(s) left.</source>
        <translation>
            <numerusform>Stopped. {key} goes on with the %Ln picture left.</numerusform>
            <numerusform>Stopped. {key} goes on with the %Ln pictures left.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DoctorDialog</name>
    <message numerus="yes">
        <source>Show %Ln kept again</source>
        <translation>
            <numerusform>Show %Ln kept again</numerusform>
            <numerusform>Show %Ln kept again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message numerus="yes">
        <source>%Ln picture(s) exported</source>
        <translation>
            <numerusform>%Ln picture exported</numerusform>
            <numerusform>%Ln pictures exported</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) could not be read.</source>
        <translation>
            <numerusform>%Ln picture could not be read.</numerusform>
            <numerusform>%Ln pictures could not be read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FolderScan</name>
    <message numerus="yes">
        <source>%Ln picture(s) were found under new names; your labels went with them.</source>
        <translation>
            <numerusform>%Ln picture was found under a new name; your labels went with it.</numerusform>
            <numerusform>%Ln pictures were found under new names; your labels went with them.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message numerus="yes">
        <source>%Ln near-copies</source>
        <translation>
            <numerusform>%Ln near-copy</numerusform>
            <numerusform>%Ln near-copies</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MapTab</name>
    <message numerus="yes">
        <source>%Ln picture(s) selected</source>
        <translation>
            <numerusform>%Ln picture selected</numerusform>
            <numerusform>%Ln pictures selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln new picture(s) are not on the map yet.</source>
        <translation>
            <numerusform>%Ln new picture is not on the map yet.</numerusform>
            <numerusform>%Ln new pictures are not on the map yet.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) had no room.</source>
        <translation>
            <numerusform>%Ln picture had no room.</numerusform>
            <numerusform>%Ln pictures had no room.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>MeasuresWindow</name>
    <message numerus="yes">
        <source>%Ln answer(s) so far. Doubtful ones weigh more than in the folder.</source>
        <translation>
            <numerusform>%Ln answer so far. Doubtful ones weigh more than in the folder.</numerusform>
            <numerusform>%Ln answers so far. Doubtful ones weigh more than in the folder.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln example(s), each judged without itself.</source>
        <translation>
            <numerusform>%Ln example, each judged without itself.</numerusform>
            <numerusform>%Ln examples, each judged without itself.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln stand(s) alone in a class.</source>
        <translation>
            <numerusform>%Ln stands alone in its class.</numerusform>
            <numerusform>%Ln stand alone in their classes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Operations</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message numerus="yes">
        <source>%Ln file(s), {size}.</source>
        <translation>
            <numerusform>%Ln file, {size}.</numerusform>
            <numerusform>%Ln files, {size}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because its own is taken.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln gets another name, because its own is taken.</numerusform>
            <numerusform>%Ln get another name, because their own is taken.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln get(s) another name, because the disk can&apos;t hold its own.</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln gets another name, because the disk can&apos;t hold its own.</numerusform>
            <numerusform>%Ln get other names, because the disk can&apos;t hold their own.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s) can&apos;t be called exactly like the class.</source>
        <translation>
            <numerusform>%Ln folder can&apos;t be called exactly like its class.</numerusform>
            <numerusform>%Ln folders can&apos;t be called exactly like their classes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) are there already.</source>
        <translation>
            <numerusform>%Ln file is there already.</numerusform>
            <numerusform>%Ln files are there already.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln move(s) from {old} to {new}.</source>
        <comment>pictures</comment>
        <translation>
            <numerusform>%Ln moves from {old} to {new}.</numerusform>
            <numerusform>%Ln move from {old} to {new}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln move(s) between other classes.</source>
        <comment>pictures</comment>
        <translation>
            <numerusform>%Ln moves between other classes.</numerusform>
            <numerusform>%Ln move between other classes.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) are left alone: not sure enough or no class.</source>
        <translation>
            <numerusform>%Ln picture is left alone: not sure enough or no class.</numerusform>
            <numerusform>%Ln pictures are left alone: not sure enough or no class.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgressView</name>
    <message numerus="yes">
        <source>{done} of %Ln files</source>
        <translation>
            <numerusform>{done} of %Ln file</numerusform>
            <numerusform>{done} of %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Promises</name>
    <message numerus="yes">
        <source>Nothing can be promised yet: it takes about %Ln answer(s)</source>
        <translation>
            <numerusform>Nothing can be promised yet: it takes about %Ln answer</numerusform>
            <numerusform>Nothing can be promised yet: it takes about %Ln answers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>About %Ln more answer(s) file {more} more</source>
        <translation>
            <numerusform>About %Ln more answer files {more} more</numerusform>
            <numerusform>About %Ln more answers file {more} more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryDialog</name>
    <message numerus="yes">
        <source>%Ln class(es)</source>
        <translation>
            <numerusform>%Ln class</numerusform>
            <numerusform>%Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln example</numerusform>
            <numerusform>%Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s)</source>
        <translation>
            <numerusform>%Ln picture</numerusform>
            <numerusform>%Ln pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln class(es)</source>
        <translation>
            <numerusform>up to %Ln class</numerusform>
            <numerusform>up to %Ln classes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln example(s)</source>
        <translation>
            <numerusform>up to %Ln example</numerusform>
            <numerusform>up to %Ln examples</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>up to %Ln picture(s), which will be found in the folder again</source>
        <translation>
            <numerusform>up to %Ln picture, which will be found in the folder again</numerusform>
            <numerusform>up to %Ln pictures, which will be found in the folder again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultView</name>
    <message numerus="yes">
        <source>%Ln file(s) copied</source>
        <translation>
            <numerusform>%Ln file copied</numerusform>
            <numerusform>%Ln files copied</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) moved</source>
        <translation>
            <numerusform>%Ln file moved</numerusform>
            <numerusform>%Ln files moved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) linked</source>
        <translation>
            <numerusform>%Ln file linked</numerusform>
            <numerusform>%Ln files linked</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) cloned</source>
        <translation>
            <numerusform>%Ln file cloned</numerusform>
            <numerusform>%Ln files cloned</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) had been there before.</source>
        <translation>
            <numerusform>%Ln file had been there before.</numerusform>
            <numerusform>%Ln files had been there before.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) taken back</source>
        <translation>
            <numerusform>%Ln file taken back</numerusform>
            <numerusform>%Ln files taken back</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln left as they are</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln left as it is</numerusform>
            <numerusform>%Ln left as they are</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RippleFlow</name>
    <message numerus="yes">
        <source>This correction makes the program wrong about %Ln picture(s) you had confirmed.</source>
        <translation>
            <numerusform>This correction makes the program wrong about %Ln picture you had confirmed.</numerusform>
            <numerusform>This correction makes the program wrong about %Ln pictures you had confirmed.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Ripples</name>
    <message numerus="yes">
        <source>%Ln other</source>
        <translation>
            <numerusform>%Ln other</numerusform>
            <numerusform>%Ln others</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) changed: {which}</source>
        <translation>
            <numerusform>%Ln picture changed: {which}</numerusform>
            <numerusform>%Ln pictures changed: {which}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RunsDialog</name>
    <message numerus="yes">
        <source>%Ln failed</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln failed</numerusform>
            <numerusform>%Ln failed</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SecondLookBar</name>
    <message numerus="yes">
        <source>%Ln picture(s) that you called none of these look like {name}.</source>
        <translation>
            <numerusform>%Ln picture that you called none of these looks like {name}.</numerusform>
            <numerusform>%Ln pictures that you called none of these look like {name}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShownSet</name>
    <message numerus="yes">
        <source>%Ln picture(s): {title}</source>
        <translation>
            <numerusform>%Ln picture: {title}</numerusform>
            <numerusform>%Ln pictures: {title}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SortDialog</name>
    <message numerus="yes">
        <source>Copy %Ln file(s)</source>
        <translation>
            <numerusform>Copy %Ln file</numerusform>
            <numerusform>Copy %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Move %Ln file(s)</source>
        <translation>
            <numerusform>Move %Ln file</numerusform>
            <numerusform>Move %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Link %Ln file(s)</source>
        <translation>
            <numerusform>Link %Ln file</numerusform>
            <numerusform>Link %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Clone %Ln file(s)</source>
        <translation>
            <numerusform>Clone %Ln file</numerusform>
            <numerusform>Clone %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sort %Ln file(s)</source>
        <translation>
            <numerusform>Sort %Ln file</numerusform>
            <numerusform>Sort %Ln files</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SplitDialog</name>
    <message numerus="yes">
        <source>%Ln groups</source>
        <translation>
            <numerusform>%Ln group</numerusform>
            <numerusform>%Ln groups</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Symptoms</name>
    <message numerus="yes">
        <source>%Ln examples of {name} are nearly the same picture: one of them is enough.</source>
        <translation>
            <numerusform>%Ln example of {name} is nearly the same picture: one of them is enough.</numerusform>
            <numerusform>%Ln examples of {name} are nearly the same picture: one of them is enough.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Teaching</name>
    <message numerus="yes">
        <source>%Ln example(s) taken back.</source>
        <translation>
            <numerusform>%Ln example taken back.</numerusform>
            <numerusform>%Ln examples taken back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Column</name>
    <message numerus="yes">
        <source>%Ln example(s)</source>
        <translation>
            <numerusform>%Ln example</numerusform>
            <numerusform>%Ln examples</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Finished</name>
    <message numerus="yes">
        <source>%Ln picture(s) like no class wait under “None of these”.</source>
        <translation>
            <numerusform>%Ln picture like no class waits under “None of these”.</numerusform>
            <numerusform>%Ln pictures like no class wait under “None of these”.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_Warnings</name>
    <message numerus="yes">
        <source>%Ln more</source>
        <translation>
            <numerusform>%Ln more</numerusform>
            <numerusform>%Ln more</numerusform>
        </translation>
    </message>
</context>
</TS>
